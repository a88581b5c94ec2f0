const stackLine = /\n\s+at [^\n]+/g
const fileUrl = /\bfile:\/\/[^\s'"`)]+/g
const windowsPath = /\b[A-Za-z]:\\[^\s'"`)]*\\/g
const unixPath =
  /(?<![\w:/.~-])\/(?:home|Users|root|tmp|var|etc|opt|usr|private|mnt|srv|proc|dev|work|app|workspace|workspaces|builds?)\/(?:[^\s'"`/):]+\/)*/g

/** `text` as a remote caller may read it: no stack, and of a local file only its name. */
export function withoutPlaces(text: string): string {
  return text
    .replaceAll(stackLine, '')
    .replaceAll(fileUrl, (url) => url.slice(url.lastIndexOf('/') + 1))
    .replaceAll(windowsPath, '')
    .replaceAll(unixPath, '')
}
