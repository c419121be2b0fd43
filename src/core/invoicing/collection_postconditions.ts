import type { PaidFee } from './collection.js'
import { amountViolations, type CheckedInvoice, differs, isAmount, sum } from './postconditions.js'

/**
 * What must hold of an invoice that collects paid fees before it is stored, checked apart from how it was computed: it asks just what
 * was paid. Returns what does not hold, in words.
 */
export function checkCollection(invoice: CheckedInvoice, fees: readonly PaidFee[]): readonly string[] {
  const malformed = [
    ...amountViolations(invoice),
    ...fees.flatMap((fee) => feeViolations(fee, invoice.currency)),
    ...(fees.length > 0 && new Set(fees.map(({ id }) => id)).size === fees.length
      ? []
      : ['it has no fees, or one twice']),
  ]
  return malformed.length > 0 ? malformed : [...sumViolations(invoice, fees), ...taxViolations(invoice, fees)]
}

function feeViolations(fee: PaidFee, currency: string): string[] {
  const facts: readonly (readonly [boolean, string])[] = [
    [fee.currency === currency, `currency is ${fee.currency} on an invoice in ${currency}`],
    [fee.paymentStatus === 'succeeded', `it is ${fee.paymentStatus}`],
    [isAmount(fee.amountCents), `amount is ${fee.amountCents}`],
    [isAmount(fee.taxesAmountCents), `taxes are ${fee.taxesAmountCents}`],
  ]
  return facts.flatMap(([holds, violation]) => (holds ? [] : [`fee ${fee.id}: ${violation}`]))
}

function sumViolations(invoice: CheckedInvoice, fees: readonly PaidFee[]): string[] {
  const net = sum(fees.map((fee) => fee.amountCents))
  const taxes = sum(fees.map((fee) => fee.taxesAmountCents))
  return [
    ...differs('feesAmountCents', invoice.feesAmountCents, net),
    ...differs('subTotalExcludingTaxesAmountCents', invoice.subTotalExcludingTaxesAmountCents, net),
    ...differs('taxesAmountCents', invoice.taxesAmountCents, taxes),
    ...differs('subTotalIncludingTaxesAmountCents', invoice.subTotalIncludingTaxesAmountCents, net + taxes),
    ...differs('totalAmountCents', invoice.totalAmountCents, net + taxes),
    ...differs('couponsAmountCents', invoice.couponsAmountCents, 0n),
    ...differs('progressiveBillingCreditAmountCents', invoice.progressiveBillingCreditAmountCents, 0n),
    ...differs('creditNotesAmountCents', invoice.creditNotesAmountCents, 0n),
    ...differs('prepaidCreditAmountCents', invoice.prepaidCreditAmountCents, 0n),
    ...(invoice.credits.length === 0 ? [] : ['something is taken off what was paid']),
  ]
}

/** Every row is the sum of those of the fees. Together they may differ from the taxes of the fees, each of which was rounded once. */
function taxViolations(invoice: CheckedInvoice, fees: readonly PaidFee[]): string[] {
  const rows = fees.flatMap((fee) => fee.appliedTaxes.map((tax) => ({ ...tax, base: fee.amountCents })))
  const listed = new Set(invoice.appliedTaxes.map(({ taxId, rate }) => `${taxId} ${rate}`))
  return [
    ...rows.filter(({ taxId, rate }) => !listed.has(`${taxId} ${rate}`)).map(({ code }) => `tax ${code} is left out`),
    ...(listed.size === invoice.appliedTaxes.length ? [] : ['a tax is on the invoice twice']),
    ...invoice.appliedTaxes.flatMap((tax) => {
      const of = rows.filter(({ taxId, rate }) => taxId === tax.taxId && rate === tax.rate)
      return [
        ...differs(`amount of tax ${tax.code}`, tax.amountCents, sum(of.map(({ amountCents }) => amountCents))),
        ...differs(`fees amount of tax ${tax.code}`, tax.feesAmountCents, sum(of.map(({ base }) => base))),
      ]
    }),
  ]
}
