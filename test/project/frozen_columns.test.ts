import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { CONTENT_VERSION, contentColumns } from '../../src/core/sealing/content.js'
import { projectFiles, readProjectFile } from './source.js'

const database = new DatabaseSync(':memory:')
for (const file of projectFiles('migrations/*.sql')) database.exec(readProjectFile(file))

/** What may still move when an invoice is final. Everything else has to be in the list of its table's trigger. */
const FREE: Readonly<Record<string, readonly string[]>> = {
  invoices: [
    'updated_at',
    'payment_status',
    'total_paid_amount_cents',
    'offset_amount_cents',
    'payment_overdue',
    'payment_dispute_lost_at',
    'metadata',
    'voided_at',
    // From finalized to voided, which a trigger of its own sees to.
    'status',
  ],
  fees: ['payment_status', 'succeeded_at', 'failed_at', 'refunded_at'],
  billing_periods: [],
  invoice_credits: [],
}

/** Frozen, but no content: what the database gives, what the seal binds, and what only names a credit's row. */
const NO_CONTENT: Readonly<Record<string, readonly string[]>> = {
  invoices: ['seq', 'number', 'sequential_id', 'organization_sequential_id'],
  fees: ['seq'],
  billing_periods: ['seq'],
  invoice_credits: ['seq', 'id', 'organization_id', 'created_at', 'invoice_id'],
}

const content = contentColumns(CONTENT_VERSION)
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  invoices: content.invoice,
  fees: content.fees,
  billing_periods: content.billing_periods,
  invoice_credits: content.credits,
}

const columnsOf = (table: string): string[] =>
  database
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name))

function frozenBy(trigger: string): string[] {
  const row = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?").get(trigger)
  const [, list = ''] = /UPDATE OF([\s\S]*?)\bON\b/.exec(String(row?.sql)) ?? []
  return list.split(',').map((name) => name.replaceAll('`', '').trim())
}

describe.each(Object.keys(FREE))('every column of %s', (table) => {
  it('is either frozen or free once an invoice is final', () => {
    expect([...frozenBy(`${table}_frozen`), ...(FREE[table] ?? [])].sort()).toEqual(columnsOf(table).sort())
  })

  it('that is frozen is content, or it is said why not', () => {
    const hashed = [...(CONTENT[table] ?? []), ...(NO_CONTENT[table] ?? [])]
    expect(hashed.sort()).toEqual(frozenBy(`${table}_frozen`).sort())
  })
})
