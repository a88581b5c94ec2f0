import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'

// What `npm publish` needs: the sources as JavaScript with declarations, and beside them the files they read.
rmSync('dist', { recursive: true, force: true })
const { status } = spawnSync('tsc -p tsconfig.build.json', { stdio: 'inherit', shell: true })
if (status !== 0) process.exit(1)
for (const file of globSync('{engine,schemas}/**/*.{json,sql,html,css,md,cjs}')) cpSync(file, `dist/${file}`)
