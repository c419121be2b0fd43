import { CURRENCIES } from '../../core/money/currencies.js'
import { COUNTRIES } from '../../http/closed_lists.js'
import type { Filters } from '../../http/query.js'
import type { CustomerFilters } from './store.js'

/** The filters of the listing of customers. Values outside a closed list are refused, in `filters.errors`. */
export function customerFilters(filters: Filters): CustomerFilters {
  const accountTypes = filters.listOf('account_type', ['customer', 'partner'])
  const customerType = filters.oneOf('customer_type', ['company', 'individual'])
  const hasCustomerType = strictFlag(filters, 'has_customer_type')
  if (hasCustomerType === false && customerType !== undefined) filters.errors.customer_type = ['value_must_be_blank']
  return {
    externalId: filters.text('external_id'),
    searchTerm: filters.text('search_term'),
    countries: known(
      filters,
      'countries',
      filters.list('countries')?.map((code) => code.toUpperCase()),
      (code) => COUNTRIES.has(code),
    ),
    states: filters.list('states'),
    zipcodes: filters.list('zipcodes'),
    currencies: known(filters, 'currencies', filters.list('currencies'), (code) => Object.hasOwn(CURRENCIES, code)),
    customerType,
    hasCustomerType,
    hasTaxIdentificationNumber: strictFlag(filters, 'has_tax_identification_number'),
    metadata: filters.metadata(),
    accountTypes: accountTypes?.length === 0 ? undefined : accountTypes,
    billingEntityCodes: filters.billingEntityCodes(),
  }
}

/** A flag of a closed list of words: where the flag decides what is missing, a slip of the pen must not count as true. */
function strictFlag(filters: Filters, name: string): boolean | undefined {
  const word = filters.oneOf(name, ['true', 'false', '1', '0', 't', 'f'])
  return word === undefined ? undefined : ['true', '1', 't'].includes(word)
}

function known(
  filters: Filters,
  name: string,
  values: readonly string[] | undefined,
  isKnown: (value: string) => boolean,
): readonly string[] | undefined {
  if (values !== undefined && !values.every(isKnown)) filters.errors[name] = ['value_is_invalid']
  return values
}
