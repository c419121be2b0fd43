import type { Context } from 'hono'
import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { validate } from '../../http/validate.js'
import { serializeFee } from '../fees/serialize.js'
import { NO_INVOICE } from '../invoices/answer.js'
import { invoiceOwner } from '../invoices/store.js'
import { createAdjustedFee } from './schema.js'
import { serializeAdjustedFee } from './serialize.js'
import { feeAdjustedBy, findAdjustedFee } from './store.js'

const NO_ADJUSTED_FEE = { kind: 'not_found', thing: 'adjusted_fee' } as const
const NO_DRAFT = { kind: 'forbidden', code: 'feature_unavailable' } as const

/** What is set by hand of fees, while their invoice is a draft. */
export const adjustedFeeRoutes = router()
  .post('/:id/adjusted_fees', async (c) => {
    const { organizationId, db, now } = c.var
    const invoice = await invoiceOwner(db, organizationId, c.req.param('id'), VISIBLE_STATUSES)
    if (invoice === undefined) return fail(c, NO_INVOICE)
    const envelope = await readEnvelope(c, 'adjusted_fee')
    if (!envelope.ok) return fail(c, envelope.failure)
    if (invoice.status !== 'draft') return fail(c, NO_DRAFT)
    const input = validate(createAdjustedFee, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId, customerId: invoice.customerId }
    const adjusted = await customerObject(c.env, ref).adjustFee(ref, invoice.id, input.value, now)
    if (!adjusted.ok) return fail(c, adjusted.failure)
    const answer = await shown(c, invoice.id, adjusted.value)
    return answer === undefined ? fail(c, NO_ADJUSTED_FEE) : c.json({ adjusted_fee: answer })
  })
  .delete('/:id/adjusted_fees/:adjustedFeeId', async (c) => {
    const { organizationId, db, now } = c.var
    const invoice = await invoiceOwner(db, organizationId, c.req.param('id'), VISIBLE_STATUSES)
    if (invoice === undefined) return fail(c, NO_INVOICE)
    // Read before it is undone: it is answered as it was.
    const answer = await shown(c, invoice.id, c.req.param('adjustedFeeId'))
    if (answer === undefined) return fail(c, NO_ADJUSTED_FEE)
    const ref = { organizationId, customerId: invoice.customerId }
    const undone = await customerObject(c.env, ref).undoAdjustment(ref, invoice.id, answer.lago_id, now)
    return undone.ok ? c.json({ adjusted_fee: answer }) : fail(c, undone.failure)
  })

async function shown({ var: { db, organizationId } }: Context<AppEnv>, invoiceId: string, id: string) {
  const [row, fee] = await Promise.all([
    findAdjustedFee(db, organizationId, invoiceId, id),
    feeAdjustedBy(db, organizationId, id),
  ])
  return row && serializeAdjustedFee(row, fee === undefined ? null : serializeFee(fee))
}
