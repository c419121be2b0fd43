import { z } from 'zod'
import { anyText, decimal } from '../../http/fields.js'

/** What is wanted of a fee: other units, with or without a price of their own, or another name. */
export const createAdjustedFee = z
  .object({
    fee_id: anyText().nullish(),
    subscription_id: anyText().nullish(),
    charge_id: anyText().nullish(),
    charge_filter_id: anyText().nullish(),
    units: decimal().nullish(),
    unit_precise_amount: decimal().nullish(),
    invoice_display_name: anyText()
      .transform((sent) => sent.trim() || null)
      .nullish(),
  })
  .superRefine(({ units, unit_precise_amount: price, invoice_display_name: name }, context) => {
    // A price is of some units; and who wants nothing at all has forgotten something.
    const isMissing = (units ?? null) === null && ((price ?? null) !== null || (name ?? null) === null)
    if (isMissing) context.addIssue({ code: 'custom', path: ['units'], message: 'value_is_mandatory' })
  })
