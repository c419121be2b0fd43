import { localDate } from '../time/zones.js'

/*
 * How documents are numbered (invoicing rules, section 8). Sequences are assigned by SQL inside the batch that commits the
 * invoice; the functions here are the definition that the SQL is held against. All numbers and sequences count from 1 and
 * are padded with zeros to at least three digits: 7 is 007, 1234 stays 1234 (printf: %03d).
 */

/**
 * The prefix of a billing entity that was given none: the first three characters of the name, a dash, the last four of the
 * id, all upper case. Upper-casing comes first, because it can lengthen a letter (`ß`).
 */
export function defaultNumberPrefix(name: string, id: string): string {
  const start = [...name.trim().toUpperCase()].slice(0, 3).join('')
  return `${start}-${id.slice(-4).toUpperCase()}`
}

/** A customer's slug: prefix, dash, customer number. printf: `%s-%03d`. */
export function customerSlug(prefix: string, customerNumber: number): string {
  return `${prefix}-${padded(customerNumber)}`
}

/**
 * Prefix, dash, customer number, dash, sequence of the customer within the billing entity.
 * printf: `%s-%03d-%03d`.
 */
export function invoiceNumberPerCustomer(parts: {
  /** The billing entity's at finalization, which may no longer be that of the customer's slug. */
  readonly prefix: string
  readonly customerNumber: number
  readonly sequence: number
}): string {
  return `${parts.prefix}-${padded(parts.customerNumber)}-${padded(parts.sequence)}`
}

/**
 * Prefix, dash, year and month of finalization (see `numberingMonth`), dash, sequence of the billing entity, which never
 * starts again. printf: `%s-%s-%03d`.
 */
export function invoiceNumberPerOrganization(parts: {
  readonly prefix: string
  readonly month: string
  readonly sequence: number
}): string {
  return `${parts.prefix}-${parts.month}-${padded(parts.sequence)}`
}

/** Year and month, six digits, of an instant (epoch milliseconds) in the billing entity's zone. */
export function numberingMonth(finalizedAt: number, timezone: string): string {
  const { year, month } = localDate(finalizedAt, timezone)
  return `${String(year).padStart(4, '0')}${String(month).padStart(2, '0')}`
}

/** What every draft shows until it is final: prefix, dash, DRAFT. */
export function draftNumber(prefix: string): string {
  return `${prefix}-DRAFT`
}

/** Sequences are ours, so one that is no positive whole number is a broken invariant. */
function padded(number: number): string {
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`${number} is no number of a sequence`)
  return String(number).padStart(3, '0')
}
