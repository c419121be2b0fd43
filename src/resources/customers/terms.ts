import { changedEntries, type SentEntry } from '../../core/metadata_entries.js'
import { ok, type Result } from '../../core/result.js'
import { withChanges } from '../../db/changes.js'
import { DEFAULT_BILLING_ENTITY } from '../billing_entities/terms.js'
import type { CustomerMetadata, CustomerRow, ShippingAddress } from './table.js'

/** A customer before the database has given it its number and slug. */
export type NewCustomer = Omit<CustomerRow, 'seq' | 'sequentialId' | 'slug'>

type Settable = Omit<
  NewCustomer,
  'id' | 'organizationId' | 'externalId' | 'createdAt' | 'updatedAt' | 'deletedAt' | 'metadata' | 'shippingAddress'
>
/** Undefined leaves a field as it is. */
export type CustomerFields = { readonly [K in keyof Settable]?: Settable[K] | undefined }

/** One entry of the metadata that a request sends: with the id of an entry it changes that one, else it is a new one. */
export interface MetadataInput extends SentEntry {
  readonly displayInInvoice?: boolean | null | undefined
}

/** What a request says about a customer. Absent leaves as it is (a new customer: the default). */
export interface CustomerInput {
  readonly externalId: string
  readonly fields: CustomerFields
  /** Null takes the whole address away, a field of null that field. */
  readonly shippingAddress?: Partial<ShippingAddress> | null | undefined
  /** The metadata that there are afterwards. */
  readonly metadata?: readonly MetadataInput[] | undefined
  /** The customer's own taxes afterwards. They win over a `vatRate` beside them. */
  readonly taxCodes?: readonly string[] | undefined
  /** The older spelling of a tax: percent, decimal text. */
  readonly vatRate?: string | undefined
}

export interface Making {
  /** Epoch milliseconds. */
  readonly now: number
  readonly newId: () => string
}

/** A customer of whom nothing is known but the external id. */
export function newCustomerRow(given: {
  id: string
  organizationId: string
  externalId: string
  /** Epoch milliseconds. */
  now: number
}): NewCustomer {
  const { now, ...ids } = given
  return { ...ids, ...NOTHING_KNOWN, metadata: [], customSectionCodes: [], createdAt: now, updatedAt: now }
}

const NOTHING_KNOWN = {
  deletedAt: null,
  billingEntityCode: DEFAULT_BILLING_ENTITY,
  accountType: 'customer',
  name: null,
  firstname: null,
  lastname: null,
  customerType: null,
  email: null,
  phone: null,
  url: null,
  logoUrl: null,
  legalName: null,
  legalNumber: null,
  taxIdentificationNumber: null,
  addressLine1: null,
  addressLine2: null,
  city: null,
  state: null,
  zipcode: null,
  country: null,
  shippingAddress: null,
  currency: null,
  timezone: null,
  netPaymentTerm: null,
  finalizeZeroAmountInvoice: 'inherit',
  invoiceGracePeriod: null,
  issuingDateAnchor: null,
  issuingDateAdjustment: null,
  documentLocale: null,
  skipsCustomSections: false,
} as const

/** The customer after `input`, or what is wrong with its metadata. */
export function changedCustomer<T extends NewCustomer>(before: T, input: CustomerInput, making: Making): Result<T> {
  const metadata = changedMetadata(before.metadata, input.metadata, making)
  if (!metadata.ok) return metadata
  const shippingAddress = changedAddress(before.shippingAddress, input.shippingAddress)
  const after = { ...before, shippingAddress, metadata: metadata.value, updatedAt: making.now }
  return ok(withChanges<NewCustomer>(after, input.fields) as T)
}

const NO_ADDRESS: ShippingAddress = {
  address_line1: null,
  address_line2: null,
  city: null,
  country: null,
  state: null,
  zipcode: null,
}

function changedAddress(before: ShippingAddress | null, sent: CustomerInput['shippingAddress']) {
  if (sent === undefined || sent === null) return sent === undefined ? before : null
  return withChanges(before ?? NO_ADDRESS, sent)
}

/** What is sent is what there is: entries named by their id are kept and changed, others are new, the rest goes. */
function changedMetadata(
  before: readonly CustomerMetadata[],
  sent: readonly MetadataInput[] | undefined,
  making: Making,
): Result<CustomerMetadata[]> {
  if (sent === undefined) return ok([...before])
  const entries = changedEntries(before, sent, making)
  if (!entries.ok) return entries
  return ok(
    entries.value.map(({ sent: entry, before: old, ...rest }) => ({
      ...rest,
      displayInInvoice: entry.displayInInvoice ?? old?.displayInInvoice ?? false,
    })),
  )
}
