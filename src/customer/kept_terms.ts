import { createHash } from 'node:crypto'
import type { Charge } from '../core/catalog.js'
import { chargeTerms, type KeptTerms } from '../core/explanation/fee_basis.js'
import type { FeeDraft } from '../core/invoicing/fee.js'
import type { Statement } from '../db/commit.js'
import { keepTerms } from '../resources/fees/store.js'
import type { CommandContext } from './command_context.js'

/** A charge is loaded for a while and makes many fees: its terms may be long, and are written down once. */
const KEPT = new WeakMap<Charge, KeptTerms>()

/** The terms of a charge as fees name them: under a key that is equal exactly when all of them are. */
export function termsOfCharge(charge: Charge): KeptTerms {
  const known = KEPT.get(charge)
  if (known !== undefined) return known
  const text = JSON.stringify(chargeTerms(charge))
  const kept = { key: createHash('sha256').update(text).digest('base64url'), text }
  KEPT.set(charge, kept)
  return kept
}

/** Keeps what priced these fees. Terms that are kept already stay as they are. */
export function termsStatements({ db, ref, now }: CommandContext, fees: readonly FeeDraft[]): Statement[] {
  const terms = new Map(fees.flatMap((fee) => (fee.terms === undefined ? [] : [[fee.terms.key, fee.terms] as const])))
  return keepTerms(db, ref.organizationId, now, [...terms.values()])
}
