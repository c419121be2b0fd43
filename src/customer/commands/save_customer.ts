import { schedule } from '../../agenda/store.js'
import { existingVatTax, isNoVat, isVatTax, vatTax, vatTaxCode } from '../../core/invoicing/vat_rate.js'
import { failed, notFound, ok, type Result } from '../../core/result.js'
import { commit, type Statement } from '../../db/commit.js'
import { enqueue } from '../../outbox/store.js'
import { customerQuery, insertCustomer, updateCustomerRow } from '../../resources/customers/store.js'
import type { CustomerRow } from '../../resources/customers/table.js'
import { type CustomerInput, changedCustomer, newCustomerRow } from '../../resources/customers/terms.js'
import { assignedTaxes, findTax, findTaxes, insertTax, replaceAssignments } from '../../resources/taxes/store.js'
import type { CommandContext } from '../command_context.js'

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
  const [rows, assigned] = await db.batch([
    customerQuery(db, organizationId, customerId),
    assignedTaxes(db, organizationId, [customerId]),
  ])
  const [before] = rows
  if (before !== undefined && (before.deletedAt !== null || before.externalId !== input.externalId)) return TAKEN
  const fresh = newCustomerRow({ id: customerId, organizationId, externalId: input.externalId, now })
  const written = before === undefined ? inserted(context, fresh, input) : updated(context, before, input)
  if (!written.ok) return written
  const taxes = await taxStatements(
    context,
    input,
    assigned.map(({ tax }) => tax),
  )
  if (!taxes.ok) return taxes
  return ok([...written.value, ...taxes.value, webhook(context, before === undefined)])
}

/** What the customer's calendar and the dates of drafts depend on. */
const SETTINGS_OF_DATES = [
  'timezone',
  'invoiceGracePeriod',
  'netPaymentTerm',
  'issuingDateAnchor',
  'issuingDateAdjustment',
] as const satisfies readonly (keyof CustomerRow)[]

function inserted(context: Context, fresh: ReturnType<typeof newCustomerRow>, input: CustomerInput) {
  const after = changedCustomer(fresh, input, context)
  return after.ok ? ok([insertCustomer(context.db, after.value)]) : after
}

function updated({ db, ref, now, newId }: Context, before: CustomerRow, input: CustomerInput): Result<Statement[]> {
  const after = changedCustomer(before, input, { now, newId })
  if (!after.ok) return after
  const { seq, id, organizationId, sequentialId, slug, createdAt, ...changes } = after.value
  const isRedated = SETTINGS_OF_DATES.some((setting) => changes[setting] !== before[setting])
  const { customerId } = ref
  return ok([
    updateCustomerRow(db, organizationId, id, changes),
    ...(isRedated ? [schedule(db, { ...ref, kind: 'reschedule', subjectId: customerId, dueAt: now })] : []),
  ])
}

/** The customer's own taxes, where the input says anything of them. */
async function taxStatements(
  context: Context,
  input: CustomerInput,
  assigned: readonly { readonly id: string; readonly code: string }[],
): Promise<Result<Statement[]>> {
  const { db, ref } = context
  const { organizationId, customerId: id } = ref
  const owner = { kind: 'customer', id } as const
  if (input.taxCodes !== undefined) {
    const named = await findTaxes(db, organizationId, input.taxCodes)
    if (named === undefined) return notFound('tax')
    return ok(
      replaceAssignments(
        db,
        organizationId,
        owner,
        named.map((tax) => tax.id),
      ),
    )
  }
  if (input.vatRate === undefined) return ok([])
  const others = assigned.filter((tax) => !isVatTax(tax)).map((tax) => tax.id)
  if (isNoVat(input.vatRate)) return ok(replaceAssignments(db, organizationId, owner, others))
  const vat = await vatFor(context, input.vatRate)
  if (!vat.ok) return vat
  return ok([...vat.value.made, ...replaceAssignments(db, organizationId, owner, [...others, vat.value.taxId])])
}

/** The tax that a rate stands for, made when it is missing. */
async function vatFor({ db, ref, now, newId }: Context, rate: string) {
  const { organizationId } = ref
  const existing = existingVatTax(rate, await findTax(db, organizationId, vatTaxCode(rate)))
  if (!existing.ok) return existing
  if (existing.value !== undefined) return ok({ taxId: existing.value.id, made: [] })
  const taxId = newId()
  const life = { createdAt: now, updatedAt: now, deletedAt: null }
  const row = { id: taxId, organizationId, ...life, ...vatTax(rate), appliedToOrganization: false }
  return ok({ taxId, made: [insertTax(db, row)] })
}

function webhook({ db, ref, now, newId }: Context, created: boolean): Statement {
  const messageType = created ? 'customer.created' : 'customer.updated'
  const subject = { subjectType: 'customer', subjectId: ref.customerId }
  return enqueue(db, { id: newId(), ...ref, messageType, ...subject, createdAt: now })
}
