import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import { appliedCoupons } from '../applied_coupons/table.js'
import { coupons } from '../coupons/table.js'
import { creditNoteNumber } from '../credit_notes/number.js'
import { creditNotes } from '../credit_notes/table.js'
import { invoices } from '../invoices/table.js'
import type { CreditedSource } from './serialize.js'

/** By id, those of these coupons (by their application) and credit notes that there are. */
export async function creditedSources(
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Map<string, CreditedSource>> {
  if (ids.length === 0) return new Map()
  const [applied, notes] = await db.batch([
    db
      .select({
        appliedId: appliedCoupons.id,
        couponId: appliedCoupons.couponId,
        code: coupons.code,
        name: coupons.name,
      })
      .from(appliedCoupons)
      .innerJoin(coupons, eq(coupons.id, appliedCoupons.couponId))
      .where(and(eq(appliedCoupons.organizationId, organizationId), sql`${appliedCoupons.id} IN ${valueList(ids)}`)),
    db
      .select({ noteId: creditNotes.id, place: creditNotes.sequentialId, number: invoices.number })
      .from(creditNotes)
      .innerJoin(invoices, eq(invoices.id, creditNotes.invoiceId))
      .where(and(eq(creditNotes.organizationId, organizationId), sql`${creditNotes.id} IN ${valueList(ids)}`)),
  ])
  return new Map([
    ...applied.map(({ appliedId, couponId: id, code, name }) => [appliedId, { id, code, name }] as const),
    ...notes.map(({ noteId: id, place, number }) => {
      const code = creditNoteNumber(number, place)
      return [id, { id, code, name: code }] as const
    }),
  ])
}
