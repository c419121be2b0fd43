import { describe, expect, it } from 'vitest'
import {
  customerSlug,
  defaultNumberPrefix,
  draftNumber,
  invoiceNumberPerCustomer,
  invoiceNumberPerOrganization,
  numberingMonth,
} from '../../../src/core/invoicing/numbering.js'

const id = '1a901a90-1a90-1a90-1a90-1a901a90abcd'

it.each([
  ['Acme', 'ACM-ABCD', 'three letters and four of the id'],
  ['  acme', 'ACM-ABCD', 'without leading spaces'],
  ['X', 'X-ABCD', 'a short name'],
  ['ßß', 'SSS-ABCD', 'letters that capitals lengthen'],
  ['𝒜𝒷𝒸𝒹', '𝒜𝒷𝒸-ABCD', 'whole characters'],
])('the default prefix of %j is %s: %s', (name, prefix) => {
  expect(defaultNumberPrefix(name, id)).toBe(prefix)
})

describe('numbers', () => {
  it.each([
    [1, 1, 'ACME-1-001-001'],
    [42, 7, 'ACME-1-042-007'],
    [999, 1000, 'ACME-1-999-1000'],
    [12_345, 12, 'ACME-1-12345-012'],
  ])('of customer %s, invoice %s: %s', (customerNumber, sequence, expected) => {
    expect(invoiceNumberPerCustomer({ prefix: 'ACME-1', customerNumber, sequence })).toBe(expected)
  })

  it.each([
    ['202307', 1, 'ACME-1-202307-001'],
    ['202308', 5, 'ACME-1-202308-005'],
    ['202308', 1000, 'ACME-1-202308-1000'],
  ])('of %s, invoice %s: %s', (month, sequence, expected) => {
    expect(invoiceNumberPerOrganization({ prefix: 'ACME-1', month, sequence })).toBe(expected)
  })

  it('of customers and drafts', () => {
    expect(customerSlug('ACME', 1)).toBe('ACME-001')
    expect(draftNumber('ACME-1')).toBe('ACME-1-DRAFT')
  })

  it.each([0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])('refuse a sequence of %s', (sequence) => {
    expect(() => customerSlug('ACME', sequence)).toThrow(RangeError)
  })
})

it.each([
  ['2023-07-31T23:00:00Z', 'UTC', '202307'],
  ['2023-07-31T23:00:00Z', 'Europe/Paris', '202308'],
  ['2024-01-01T07:59:59Z', 'America/Los_Angeles', '202312'],
  ['2024-01-01T08:00:00Z', 'America/Los_Angeles', '202401'],
  ['2024-01-01T11:00:00Z', 'GMT+12', '202312'],
])('%s in %s is numbered in %s', (instant, zone, month) => {
  expect(numberingMonth(Date.parse(instant), zone)).toBe(month)
})
