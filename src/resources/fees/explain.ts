import type { Context } from 'hono'
import type { ChargeTerms } from '../../core/explanation/fee_basis.js'
import { callCustomer } from '../../customer/contract.js'
import type { AppEnv } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { limitOf, meta, offsetOf, type Page, pageOf } from '../../http/pagination.js'
import {
  explainBareFee,
  explainEventFee,
  explainFixedFee,
  explainMinimumFee,
  explainPlanFee,
  explainUsageFee,
  type FeeExplanation,
} from './explanation.js'
import { feeToExplain, readTerms } from './load.js'
import { serializeExplanation } from './serialize_explanation.js'
import type { FeeRow } from './table.js'

/** Answers how a fee came about, with a page of its events: two round trips to D1 at most, and one call of the object. */
export async function explain(c: Context<AppEnv>): Promise<Response> {
  const { db, organizationId } = c.var
  const found = await feeToExplain(db, organizationId, c.req.param('id') ?? '')
  if (found === undefined) return fail(c, { kind: 'not_found', thing: 'fee' })
  const { fee } = found
  const page = pageOf(c)
  const { basis } = fee
  const key = basis !== null && 'terms' in basis ? basis.terms : null
  const terms = key === null ? null : await readTerms(db, organizationId, key)
  const explanation = await explained(c, fee, terms, page)
  return c.json({
    fee_explanation: serializeExplanation(found, terms, explanation),
    meta: meta(page, explanation.totalCount),
  })
}

async function explained(
  c: Context<AppEnv>,
  fee: FeeRow,
  terms: ChargeTerms | null,
  page: Page,
): Promise<FeeExplanation> {
  const { basis, currency } = fee
  if (basis?.kind === 'plan') return explainPlanFee(fee, basis)
  if (basis?.kind === 'fixed') return explainFixedFee(fee, basis)
  if (basis?.kind === 'minimum') return explainMinimumFee(fee, basis)
  if (basis === null || terms === null) return explainBareFee(fee)
  const ref = { organizationId: fee.organizationId, customerId: fee.customerId }
  if (basis.kind === 'event') {
    const told = await callCustomer(c.env, ref, (object) => object.explainEvent(ref, { basis, terms, currency }))
    const shown = told.events.slice(offsetOf(page), offsetOf(page) + limitOf(page))
    return { ...explainEventFee(fee, basis, terms, told), events: shown }
  }
  const question = { basis, terms, page: { offset: offsetOf(page), limit: limitOf(page) } }
  const told = await callCustomer(c.env, ref, (object) => object.explainUsage(ref, question))
  return explainUsageFee(fee, basis, terms, told)
}
