import { z } from 'zod'
import {
  anyText,
  code,
  currency,
  dateTime,
  decimal,
  looseBoolean,
  purchaseOrderNumber,
  whole,
} from '../../http/fields.js'
import { metadataObject } from '../../http/metadata.js'
import { MAX_AMOUNT_CENTS } from '../../limits.js'
import { customSectionChoice } from '../custom_sections/schema.js'
import { recurringRules } from '../wallet_rules/schema.js'
import { credits, metadataPairs, priority, transactionName } from '../wallet_transactions/schema.js'

/** Pairs of the first transactions' metadata. */
const MAX_FIRST_PAIRS = 5
/** Less for one credit would make more credits than can be told apart from each other. */
const LEAST_RATE = '0.000000000000001'

const bound = () => whole({ least: 1, most: MAX_AMOUNT_CENTS }).nullish()

const lasting = {
  name: anyText()
    .transform((sent) => sent.trim() || null)
    .nullish(),
  code: code().nullish(),
  priority: priority(),
  billing_entity_code: anyText().nullish(),
  expiration_at: dateTime().nullish(),
  invoice_requires_successful_payment: looseBoolean().nullish(),
  paid_top_up_min_amount_cents: bound(),
  paid_top_up_max_amount_cents: bound(),
  purchase_order_number: purchaseOrderNumber(),
  invoice_custom_section: customSectionChoice(),
  recurring_transaction_rules: recurringRules(),
  metadata: metadataObject().nullish(),
}

export const createWallet = z.object({
  ...lasting,
  rate_amount: decimal({ least: LEAST_RATE }),
  currency: currency().nullish(),
  paid_credits: credits('paid'),
  granted_credits: credits('granted'),
  ignore_paid_top_up_limits_on_creation: looseBoolean().nullish(),
  transaction_name: transactionName(),
  transaction_metadata: metadataPairs({ most: MAX_FIRST_PAIRS }),
  transaction_priority: priority(),
})

export const updateWallet = z.object(lasting)
