import { canTransition, VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import { customerObject } from '../../customer/contract.js'
import { router } from '../../http/app_env.js'
import { readBody, readParameters } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { validate } from '../../http/validate.js'
import { answerInvoice, NO_INVOICE } from './answer.js'
import { regenerateInvoice, voidInvoice } from './schema.js'
import { invoiceOwner } from './store.js'

/** An invoice that was wrong: made void, and made anew. */
export const voidRoutes = router()
  .post('/:id/void', async (c) => {
    const { db, organizationId, now } = c.var
    const sent = await readParameters(c)
    if (!sent.ok) return fail(c, sent.failure)
    const found = await invoiceOwner(db, organizationId, c.req.param('id'), VISIBLE_STATUSES)
    if (found === undefined) return fail(c, NO_INVOICE)
    if (!canTransition(found.status, 'voided')) return fail(c, { kind: 'not_allowed', code: 'not_voidable' })
    const input = validate(voidInvoice, sent.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId, customerId: found.customerId }
    const voided = await customerObject(c.env, ref).voidInvoice(ref, found.id, input.value, now)
    return voided.ok ? answerInvoice(c, found.id) : fail(c, voided.failure)
  })
  .post('/:id/regenerate', async (c) => {
    const { db, organizationId, now } = c.var
    const body = await readBody(c)
    if (!body.ok) return fail(c, body.failure)
    const found = await invoiceOwner(db, organizationId, c.req.param('id'), VISIBLE_STATUSES)
    if (found === undefined) return fail(c, NO_INVOICE)
    if (found.status !== 'voided') return fail(c, { kind: 'not_allowed', code: 'not_regenerable' })
    // Who wants nothing changed need not send anything.
    const input = validate(regenerateInvoice, body.value.invoice ?? {})
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId, customerId: found.customerId }
    const made = await customerObject(c.env, ref).regenerateInvoice(ref, found.id, input.value, now)
    return made.ok ? answerInvoice(c, made.value) : fail(c, made.failure)
  })
