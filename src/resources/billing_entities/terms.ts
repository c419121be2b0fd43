import { defaultNumberPrefix } from '../../core/invoicing/numbering.js'
import { withChanges } from '../../db/changes.js'
import type { OrganizationRow } from '../organizations/table.js'
import type { BillingEntityRow } from './table.js'

/** The code of the billing entity that every organization has from the start: its first one, for none is ever deleted. */
export const DEFAULT_BILLING_ENTITY = 'default'

export type NewBillingEntityRow = Omit<BillingEntityRow, 'seq'>
type Given = Omit<NewBillingEntityRow, 'id' | 'organizationId' | 'createdAt' | 'updatedAt' | 'code' | 'invoiceSequence'>
/** Undefined leaves a field as it is. */
export type BillingEntityChanges = { readonly [K in keyof Given]?: Given[K] | undefined }

interface Identity {
  readonly id: string
  readonly organizationId: string
  readonly code: string
  readonly name: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** A new entity: what it is given, and defaults for the rest. */
export function newBillingEntity(
  { id, organizationId, code, name, now }: Identity,
  given: BillingEntityChanges,
): NewBillingEntityRow {
  const identity = { id, organizationId, code, name, createdAt: now, updatedAt: now, invoiceSequence: 0 }
  return withChanges<NewBillingEntityRow>(
    {
      ...identity,
      ...DEFAULTS,
      emailSettings: [],
      customSectionCodes: [],
      documentNumberPrefix: defaultNumberPrefix(name, id),
    },
    given,
  )
}

const DEFAULTS = {
  defaultCurrency: 'USD',
  timezone: 'UTC',
  country: null,
  addressLine1: null,
  addressLine2: null,
  city: null,
  state: null,
  zipcode: null,
  email: null,
  phone: null,
  legalName: null,
  legalNumber: null,
  taxIdentificationNumber: null,
  documentNumbering: 'per_customer',
  documentLocale: 'en',
  netPaymentTerm: 0,
  invoiceGracePeriod: 0,
  invoiceFooter: null,
  issuingDateAnchor: 'next_period_start',
  issuingDateAdjustment: 'align_with_finalization_date',
  finalizeZeroAmountInvoice: true,
  euTaxManagement: false,
} as const

type SharedWithOrganization = { readonly [K in keyof OrganizationRow]?: OrganizationRow[K] | undefined }

/** What settings of an organization say of its default entity, which has them all (API rules, section 10). */
export function entityChangesOf(settings: SharedWithOrganization): BillingEntityChanges {
  const { documentNumbering } = settings
  return {
    name: settings.name,
    defaultCurrency: settings.defaultCurrency,
    timezone: settings.timezone,
    country: settings.country,
    addressLine1: settings.addressLine1,
    addressLine2: settings.addressLine2,
    city: settings.city,
    state: settings.state,
    zipcode: settings.zipcode,
    email: settings.email,
    legalName: settings.legalName,
    legalNumber: settings.legalNumber,
    taxIdentificationNumber: settings.taxIdentificationNumber,
    documentNumbering: documentNumbering === 'per_organization' ? 'per_billing_entity' : documentNumbering,
    documentNumberPrefix: settings.documentNumberPrefix,
    documentLocale: settings.documentLocale,
    netPaymentTerm: settings.netPaymentTerm,
    invoiceGracePeriod: settings.invoiceGracePeriod,
    invoiceFooter: settings.invoiceFooter,
    finalizeZeroAmountInvoice: settings.finalizeZeroAmountInvoice,
    emailSettings: settings.emailSettings,
  }
}

/** The zone that holds for a customer: its own, else that of its billing entity. `zones` are by code. */
export function applicableZone(
  customer: { readonly timezone: string | null; readonly billingEntityCode: string },
  zones: ReadonlyMap<string, string>,
): string {
  const zone = customer.timezone ?? zones.get(customer.billingEntityCode)
  if (zone === undefined) throw new Error(`billing entity ${customer.billingEntityCode} is not there`)
  return zone
}
