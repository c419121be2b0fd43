import { DatabaseSync } from 'node:sqlite'
import { generateSQLiteDrizzleJson } from 'drizzle-kit/api'
import { describe, expect, it } from 'vitest'
import { projectFiles, readProjectFile } from './source.js'

const files = projectFiles('migrations/*.sql')

/** D1 ignores `foreign_keys=OFF`: a table that is dropped to be rebuilt takes its children along. */
const FORBIDDEN = [/DROP\s+TABLE/i, /__new_/i, /foreign_keys\s*=\s*OFF/i, /ON\s+DELETE\s+CASCADE/i]

describe('migrations', () => {
  it.each(files)('%s loses no rows', (file) => {
    const text = readProjectFile(file)
    expect(FORBIDDEN.filter((pattern) => pattern.test(text)).map(String)).toEqual([])
  })

  it('build an empty database, in order', () => {
    const database = new DatabaseSync(':memory:')
    for (const file of files) database.exec(readProjectFile(file))
    expect(database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'").get()?.n).toBeGreaterThan(0)
  })

  it('describe the tables as the code declares them', async () => {
    const tables: Record<string, unknown> = {}
    for (const file of projectFiles('src/**/table.ts')) {
      const module = await import(`../../${file.replace(/\.ts$/, '.js')}`)
      for (const [name, value] of Object.entries(module)) tables[`${file} ${name}`] = value
    }
    const latest = projectFiles('migrations/meta/*_snapshot.json').at(-1)
    const merged = JSON.parse(readProjectFile(latest ?? ''))
    const declared = await generateSQLiteDrizzleJson(tables, merged.id)
    expect(JSON.parse(JSON.stringify(declared.tables))).toEqual(merged.tables)
  })
})
