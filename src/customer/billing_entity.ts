import type { Tax } from '../core/catalog.js'
import type { BillingEntityRow } from '../resources/billing_entities/table.js'
import { toTax } from '../resources/taxes/serialize.js'
import { taxesOfEntity } from '../resources/taxes/store.js'
import type { TaxRow } from '../resources/taxes/table.js'
import type { CustomerState } from './load_customer.js'

/** A billing entity with the taxes that hold where nothing nearer names any. */
export interface BillingEntity extends BillingEntityRow {
  readonly taxes: readonly Tax[]
}

/** The organization's billing entities by code. */
export function billingEntitiesByCode(
  rows: readonly BillingEntityRow[],
  taxes: readonly TaxRow[],
): ReadonlyMap<string, BillingEntity> {
  return new Map(rows.map((row) => [row.code, { ...row, taxes: taxesOfEntity(taxes, row.code).map(toTax) }]))
}

/** The entity that bills the customer, or the one with this code. */
export function billingEntityOf(
  { billingEntities, customer }: Pick<CustomerState, 'billingEntities' | 'customer'>,
  code: string = customer.billingEntityCode,
): BillingEntity {
  const entity = billingEntities.get(code)
  if (entity === undefined) throw new Error(`billing entity ${code} was not loaded`)
  return entity
}

/** The code of the entity that bills a subscription: its own, else the customer's. */
export const entityCodeOf = (
  { customer }: Pick<CustomerState, 'customer'>,
  subscription: { readonly billingEntityCode: string | null },
): string => subscription.billingEntityCode ?? customer.billingEntityCode

/** The entity that bills a subscription. */
export const entityOfSubscription = (
  state: CustomerState,
  subscription: { readonly billingEntityCode: string | null },
): BillingEntity => billingEntityOf(state, entityCodeOf(state, subscription))
