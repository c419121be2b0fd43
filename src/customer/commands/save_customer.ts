import { schedule } from '../../agenda/store.js'
import { failed, notFound, ok, type Result } from '../../core/result.js'
import { commit, type Statement } from '../../db/commit.js'
import { enqueue } from '../../outbox/store.js'
import { billingEntitiesQuery } from '../../resources/billing_entities/store.js'
import { anythingBilled, customerQuery, insertCustomer, updateCustomerRow } from '../../resources/customers/store.js'
import type { CustomerRow } from '../../resources/customers/table.js'
import {
  type CustomerInput,
  changedCustomer,
  type NewCustomer,
  newCustomerRow,
} from '../../resources/customers/terms.js'
import { assignedTaxes } from '../../resources/taxes/store.js'
import type { CommandContext } from '../command_context.js'
import { taxStatements } from '../customer_taxes.js'

/** What another call takes in the same moment (a number, the code of a tax) is there at the next attempt. */
const ATTEMPTS = 5

type Context = Pick<CommandContext, 'ref' | 'db' | 'now' | 'newId'>

/**
 * Creates the customer, or changes it, with its own taxes: one commit. `taken` means that the external id belongs to another
 * customer, or to none any more: the caller looks again whose it is.
 */
export async function saveCustomer(context: Context, input: CustomerInput): Promise<Result<null>> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const statements = await decide(context, input)
    if (!statements.ok) return statements
    const outcome = await commit(context.db, statements.value)
    if (outcome.committed) return ok(null)
    if (outcome.conflict.includes('customers.external_id')) return TAKEN
  }
  throw new Error(`customer ${context.ref.customerId} met a conflict at every attempt`)
}

const TAKEN = failed({ kind: 'taken', field: 'external_id' })

async function decide(context: Context, input: CustomerInput): Promise<Result<Statement[]>> {
  const { db, ref, now } = context
  const { organizationId, customerId } = ref
  const [rows, assigned, entities, billed] = await db.batch([
    customerQuery(db, organizationId, customerId),
    assignedTaxes(db, organizationId, [customerId]),
    billingEntitiesQuery(db, organizationId),
    anythingBilled(db, organizationId, customerId),
  ])
  const [before] = rows
  if (before !== undefined && (before.deletedAt !== null || before.externalId !== input.externalId)) return TAKEN
  const fresh = newCustomerRow({ id: customerId, organizationId, externalId: input.externalId, now })
  const after = changedCustomer<NewCustomer>(
    before ?? fresh,
    billed.length > 0 ? withoutAccountType(input) : input,
    context,
  )
  if (!after.ok) return after
  const entity = entities.find(({ code }) => code === after.value.billingEntityCode)
  if (entity === undefined) return notFound('billing_entity')
  const owned = assigned.map(({ tax }) => tax)
  const taxes = await taxStatements(context, input, { before, after: after.value, assigned: owned, entity })
  if (!taxes.ok) return taxes
  const written = before === undefined ? [insertCustomer(db, after.value)] : updated(context, before, after.value)
  return ok([...written, ...taxes.value, webhook(context, before === undefined)])
}

/** Without the account type: it is fixed as soon as anything is billed (API rules, section 6), and passed over. */
const withoutAccountType = (input: CustomerInput): CustomerInput => ({
  ...input,
  fields: { ...input.fields, accountType: undefined },
})

/** What the customer's calendar and the dates of drafts depend on. */
const SETTINGS_OF_DATES = [
  'billingEntityCode',
  'timezone',
  'invoiceGracePeriod',
  'netPaymentTerm',
  'issuingDateAnchor',
  'issuingDateAdjustment',
] as const satisfies readonly (keyof CustomerRow)[]

function updated({ db, ref, now }: Context, before: CustomerRow, after: NewCustomer): Statement[] {
  const { seq, id, organizationId, sequentialId, slug, createdAt, ...changes } = { ...before, ...after }
  const isRedated = SETTINGS_OF_DATES.some((setting) => changes[setting] !== before[setting])
  return [
    updateCustomerRow(db, organizationId, id, changes),
    ...(isRedated ? [schedule(db, { ...ref, kind: 'reschedule', subjectId: ref.customerId, dueAt: now })] : []),
  ]
}

function webhook({ db, ref, now, newId }: Context, created: boolean): Statement {
  const messageType = created ? 'customer.created' : 'customer.updated'
  const subject = { subjectType: 'customer', subjectId: ref.customerId }
  return enqueue(db, { id: newId(), ...ref, messageType, ...subject, createdAt: now })
}
