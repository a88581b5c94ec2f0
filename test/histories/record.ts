// Records the histories of language cases, with a checkpoint after every step, so that the state that runs carry from
// one history to the next is kept readable too: node test/histories/record.ts test/cases/retry/until-it-works.yaml …
// Those of the sample definitions come from "longhaul test --record test/histories".
import { existsSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { writeHistory } from '../../engine/testing/history-file.ts'
import { Recorder } from '../../engine/testing/history.ts'
import { casesIn } from '../support/case.ts'
import { runPurely } from '../support/pure-machine.ts'

for (const [title, one] of argv.slice(2).flatMap(casesIn)) {
  const recorder = new Recorder()
  await runPurely(one, { events: 1, bytes: 1 }, (moment) => recorder.watch(moment))
  for (const [index, history] of recorder.histories.entries()) {
    const name = `case.${title.replaceAll(/\W+/g, '-')}.${index + 1}.json`
    const path = new URL(name, import.meta.url)
    if (existsSync(path))
      throw new Error(`"${name}" is there already; recorded histories are never written over`)
    writeFileSync(path, writeHistory(history))
  }
}
