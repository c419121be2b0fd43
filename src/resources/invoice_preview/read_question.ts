import { failed, invalid, notFound, ok, type Result } from '../../core/result.js'
import { parseDateTime } from '../../core/time/instants.js'
import type { PreviewQuestion } from '../../customer/contract.js'
import type { Database } from '../../db/client.js'
import { isObject, type Json } from '../../http/body.js'
import { validate } from '../../http/validate.js'
import { readZones } from '../billing_entities/store.js'
import { customerInput } from '../customers/input.js'
import { saveCustomer } from '../customers/schema.js'
import { findCustomer } from '../customers/store.js'
import { findPlan } from '../plans/store.js'
import { readCoupons } from './read_coupons.js'
import { previewed, previewedSubscriptions } from './schema.js'
import type { CreditedSource } from './serialize.js'

/** The name that somebody goes by who is no customer: nothing is stored under it. */
const NOBODY = 'preview'

export interface AskedPreview {
  /** Null for somebody who is no customer. */
  readonly customerId: string | null
  readonly question: PreviewQuestion
  /** By id, the coupons that the request thinks of. */
  readonly sources: ReadonlyMap<string, CreditedSource>
}

export interface Asking {
  readonly db: Database
  readonly organizationId: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** What a request wants to be previewed: whoever and whatever it names is there. */
export async function readQuestion(asking: Asking, body: Json): Promise<Result<AskedPreview>> {
  const { coupons = [], subscriptions = {} } = body
  if (coupons !== null && !Array.isArray(coupons)) return badRequest('coupons_must_be_an_array')
  if (subscriptions !== null && !isObject(subscriptions)) return badRequest('subscriptions_must_be_an_object')
  const who = await readCustomer(asking, body)
  if (!who.ok) return who
  const subject = await readSubject(asking, body, subscriptions ?? {})
  if (!subject.ok) return subject
  if (subject.value.kind === 'running' && who.value.customerId === null) {
    return invalid({ customer: ['must_be_persisted'] })
  }
  const given = await readCoupons(asking.db, asking.organizationId, coupons ?? [], asking.now)
  if (!given.ok) return given
  const { customerId, stranger } = who.value
  const question = { stranger, subject: subject.value, coupons: given.value.held }
  return ok({ customerId, question, sources: given.value.sources })
}

const badRequest = (message: string): Result<never> => failed({ kind: 'bad_request', message })

type Who = Pick<AskedPreview, 'customerId'> & Pick<PreviewQuestion, 'stranger'>

async function readCustomer({ db, organizationId }: Asking, body: Json): Promise<Result<Who>> {
  const { customer } = body
  if (!isObject(customer)) return notFound('customer')
  const externalId = customer.external_id ?? null
  if (externalId !== null && externalId !== '') {
    const found = await findCustomer(db, organizationId, String(externalId))
    return found === undefined ? notFound('customer') : ok({ customerId: found.id, stranger: null })
  }
  const read = validate(saveCustomer, { ...customer, external_id: NOBODY })
  if (!read.ok) return read
  const entityCode = typeof body.billing_entity_code === 'string' ? body.billing_entity_code : null
  const stranger = customerInput({ ...read.value, billing_entity_code: entityCode ?? read.value.billing_entity_code })
  const code = stranger.fields.billingEntityCode
  const isUnknown = code !== undefined && !(await readZones(db, organizationId)).has(code)
  return isUnknown ? notFound('billing_entity') : ok({ customerId: null, stranger })
}

async function readSubject(asking: Asking, body: Json, sent: Json): Promise<Result<PreviewQuestion['subject']>> {
  const running = validate(previewedSubscriptions, sent)
  if (!running.ok) return running
  const externalIds = [...new Set(running.value.external_ids ?? [])]
  if (externalIds.length === 0) return readNew(asking, body)
  const terminatedAt = readTermination(sent.terminated_at ?? null, asking.now)
  if (!terminatedAt.ok) return terminatedAt
  const code = running.value.plan_code ?? null
  if (code === null || terminatedAt.value !== null) {
    return ok({ kind: 'running', externalIds, terminatedAt: terminatedAt.value, planId: null })
  }
  const plan = await findPlan(asking.db, asking.organizationId, code)
  if (plan === undefined) return notFound('plan')
  return ok({ kind: 'running', externalIds, terminatedAt: null, planId: plan.plan.id })
}

async function readNew({ db, organizationId, now }: Asking, body: Json): Promise<Result<PreviewQuestion['subject']>> {
  const read = validate(previewed, body)
  if (!read.ok) return read
  const { plan_code: code, billing_time: billingTime, subscription_at: subscriptionAt } = read.value
  const plan = await findPlan(db, organizationId, code ?? '')
  if (plan === undefined) return notFound('plan')
  const planId = plan.plan.id
  return ok({ kind: 'new', planId, billingTime: billingTime ?? 'calendar', subscriptionAt: subscriptionAt ?? now })
}

function readTermination(sent: unknown, now: number): Result<number | null> {
  if (sent === null) return ok(null)
  const at = typeof sent === 'string' ? parseDateTime(sent) : null
  if (at === null) return invalid({ terminated_at: ['invalid_timestamp'] })
  return at < now ? invalid({ terminated_at: ['cannot_be_in_past'] }) : ok(at)
}
