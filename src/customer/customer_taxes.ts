import { choosesEuTaxAnew } from '../core/invoicing/eu_vat.js'
import { existingVatTax, isNoVat, isVatTax, vatTax, vatTaxCode } from '../core/invoicing/vat_rate.js'
import { notFound, ok, type Result } from '../core/result.js'
import type { Statement } from '../db/commit.js'
import type { BillingEntityRow } from '../resources/billing_entities/table.js'
import type { CustomerRow } from '../resources/customers/table.js'
import type { CustomerInput, NewCustomer } from '../resources/customers/terms.js'
import { findTax, findTaxes, insertTax, replaceAssignments } from '../resources/taxes/store.js'
import type { CommandContext } from './command_context.js'
import { chosenEuTax } from './eu_tax.js'

type Context = Pick<CommandContext, 'ref' | 'db' | 'now' | 'newId'>

/** A customer before (undefined: there was none) and after a change. */
export interface TaxedChange {
  readonly before: CustomerRow | undefined
  readonly after: NewCustomer
  /** The taxes that the customer has before. */
  readonly assigned: readonly { readonly id: string; readonly code: string }[]
  /** That bills the customer afterwards. */
  readonly entity: BillingEntityRow
}

/** The customer's own taxes after the change: those that the input names, else the European one where it is to be chosen. */
export async function taxStatements(
  context: Context,
  input: CustomerInput,
  change: TaxedChange,
): Promise<Result<Statement[]>> {
  const { db, ref } = context
  const { organizationId } = ref
  if (input.taxCodes !== undefined) {
    const named = await findTaxes(db, organizationId, input.taxCodes)
    return named === undefined
      ? notFound('tax')
      : ok(
          assigning(
            context,
            named.map((tax) => tax.id),
          ),
        )
  }
  const { before, after, assigned, entity } = change
  if (input.vatRate !== undefined) return vatStatements(context, input.vatRate, assigned)
  if (!choosesEuTaxAnew(before ?? null, after, assigned.length > 0)) return ok([])
  const chosen = await chosenEuTax(context, after, entity)
  return ok(chosen === null ? [] : [...chosen.made, ...assigning(context, [chosen.tax.id])])
}

/** Makes these the customer's own taxes. */
export const assigning = ({ db, ref }: Pick<Context, 'db' | 'ref'>, taxIds: readonly string[]): Statement[] =>
  replaceAssignments(db, ref.organizationId, { kind: 'customer', id: ref.customerId }, taxIds)

async function vatStatements(
  context: Context,
  rate: string,
  assigned: TaxedChange['assigned'],
): Promise<Result<Statement[]>> {
  const others = assigned.filter((tax) => !isVatTax(tax)).map((tax) => tax.id)
  if (isNoVat(rate)) return ok(assigning(context, others))
  const vat = await vatFor(context, rate)
  if (!vat.ok) return vat
  return ok([...vat.value.made, ...assigning(context, [...others, vat.value.taxId])])
}

/** The tax that a rate stands for, made when it is missing. */
async function vatFor({ db, ref, now, newId }: Context, rate: string) {
  const { organizationId } = ref
  const existing = existingVatTax(rate, await findTax(db, organizationId, vatTaxCode(rate)))
  if (!existing.ok) return existing
  if (existing.value !== undefined) return ok({ taxId: existing.value.id, made: [] })
  const taxId = newId()
  const life = { createdAt: now, updatedAt: now, deletedAt: null }
  const unused = { appliedToOrganization: false, otherBillingEntities: [] }
  return ok({ taxId, made: [insertTax(db, { id: taxId, organizationId, ...life, ...vatTax(rate), ...unused })] })
}
