import { describe, expect, it } from 'vitest'
import { projectFiles, readProjectFile } from './source.js'

const texts = projectFiles(
  '*.{md,json,toml,ts}',
  '{src,test,scripts,bench,migrations}/**/*.{md,ts,mjs,json,sql,txt}',
  '.ci/*',
).filter((file) => file !== 'package-lock.json' && file !== 'test/project/texts.test.ts')

/** Directories that only one machine has. A URL's path may look like one. */
const MACHINE_PATH = /(?<![\w.:/-])\/(home|root|Users|work|tmp|mnt)\/[\w.-]+/

/** The words of a place of work. 'Issued', 'issues' of a schema, 'a session' of a browser and the like are the domain's. */
const WORKPLACE =
  /\b(this|the|an?|our|next|previous|see|in|of|per) (issue|agent|session|ticket|sprint)\b(?! (of|a|an|date)\b)|#\d{2,}\b/i

describe("the project's texts", () => {
  it.each([
    ['name no directory of one machine', MACHINE_PATH],
    ['speak of the product, not of the work on it', WORKPLACE],
  ])('%s', (_, pattern) => {
    const found = texts.flatMap((file) =>
      readProjectFile(file)
        .split('\n')
        .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 160)}`] : [])),
    )
    expect(found).toEqual([])
  })
})
