import { euTaxCode, euTaxes, type VatNumberCheck } from '../core/invoicing/eu_vat.js'
import type { Statement } from '../db/commit.js'
import { UNANSWERED, type VatNumberService } from '../providers/vat_numbers.js'
import type { BillingEntityRow } from '../resources/billing_entities/table.js'
import type { CustomerRow } from '../resources/customers/table.js'
import { findTax, insertTax } from '../resources/taxes/store.js'
import type { TaxRow } from '../resources/taxes/table.js'
import type { CommandContext } from './command_context.js'

type Taxed = Pick<CustomerRow, 'country' | 'zipcode' | 'taxIdentificationNumber'>

/** A tax, with what makes it where it was missing. */
export interface ChosenTax {
  readonly tax: Omit<TaxRow, 'seq'>
  readonly made: readonly Statement[]
}

/** The one tax of a customer whose billing entity manages European taxes; null where the entity does not. */
export async function chosenEuTax(
  { db, ref, now, newId }: Pick<CommandContext, 'db' | 'ref' | 'now' | 'newId'>,
  customer: Taxed,
  entity: Pick<BillingEntityRow, 'country' | 'euTaxManagement'>,
  vatNumbers: VatNumberService = UNANSWERED,
): Promise<ChosenTax | null> {
  if (!entity.euTaxManagement || entity.country === null) return null
  const { country, zipcode, taxIdentificationNumber } = customer
  const vatNumber = await checked(taxIdentificationNumber, vatNumbers)
  const code = euTaxCode({ country, zipcode, vatNumber, sellerCountry: entity.country })
  const { organizationId } = ref
  const found = await findTax(db, organizationId, code)
  if (found !== undefined) return { tax: found, made: [] }
  const definition = euTaxes().find((tax) => tax.code === code)
  if (definition === undefined) throw new Error(`${code} is none of the European taxes`)
  // Somebody deleted it: what is chosen has to be there.
  const life = { createdAt: now, updatedAt: now, deletedAt: null }
  const unused = { description: null, appliedToOrganization: false, otherBillingEntities: [] }
  const tax = { id: newId(), organizationId, ...life, ...definition, ...unused }
  return { tax, made: [insertTax(db, tax)] }
}

async function checked(vatNumber: string | null, service: VatNumberService): Promise<VatNumberCheck> {
  const given = vatNumber?.trim() ?? ''
  return given === '' ? { outcome: 'none' } : service.check(given)
}
