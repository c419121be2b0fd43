import { customerObject } from '../../customer/contract.js'
import { router } from '../../http/app_env.js'
import { readParameters } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { readZones } from '../billing_entities/store.js'
import { sectionsFor } from '../custom_sections/store.js'
import { plansById } from '../plans/store.js'
import { findNeighbours } from '../subscriptions/store.js'
import { readQuestion } from './read_question.js'
import { serializePreview } from './serialize.js'
import { creditedSources } from './store.js'

/** Those who are no customers share an object, which keeps nothing of them. */
const NO_CUSTOMER = 'preview'

/** The invoice that will be made next, or if something happened (invoicing rules, section 12). Nothing is stored. */
export const invoicePreviewRoutes = router().post('/preview', async (c) => {
  const { db, organizationId, now } = c.var
  const body = await readParameters(c)
  if (!body.ok) return fail(c, body.failure)
  const asked = await readQuestion({ db, organizationId, now }, body.value)
  if (!asked.ok) return fail(c, asked.failure)
  const { customerId, question, sources } = asked.value
  const ref = { organizationId, customerId: customerId ?? NO_CUSTOMER }
  const preview = await customerObject(c.env, ref).previewInvoice(ref, question, now)
  if (!preview.ok) return fail(c, preview.failure)
  const { invoice, subscriptions } = preview.value
  const rows = subscriptions.map(({ row }) => row)
  const planIds = rows.map(({ planId }) => planId)
  const sourceIds = invoice.credits.map(({ sourceId }) => sourceId)
  const [zones, plans, stored, neighboursOf, sections] = await Promise.all([
    readZones(db, organizationId),
    plansById(db, organizationId, planIds),
    creditedSources(db, organizationId, sourceIds),
    findNeighbours(db, organizationId, rows),
    sectionsFor(db, organizationId, rows),
  ])
  const known = { now, zones, plans, neighboursOf, sections, isCustomer: customerId !== null }
  return c.json({ invoice: serializePreview(preview.value, { ...known, sources: new Map([...stored, ...sources]) }) })
})
