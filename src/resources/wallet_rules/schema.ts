import { z } from 'zod'
import { PLAN_INTERVALS } from '../../core/catalog.js'
import { METHODS, TRIGGERS } from '../../core/wallets/recurring_rules.js'
import { dateTime, decimal, looseBoolean, oneOf, text } from '../../http/fields.js'
import { credits, metadataPairs, transactionName } from '../wallet_transactions/schema.js'
import type { RuleInput } from './terms.js'

const MAX_PAIRS = 5
const anyCredits = () => decimal({ least: '-1000000000000' }).nullish()

const rule = z.object({
  lago_id: text().nullish(),
  trigger: oneOf(TRIGGERS).optional(),
  interval: oneOf(PLAN_INTERVALS).nullish(),
  method: oneOf(METHODS).nullish(),
  threshold_credits: anyCredits(),
  paid_credits: credits('paid'),
  granted_credits: credits('granted'),
  target_ongoing_balance: anyCredits(),
  grants_target_top_up: looseBoolean().nullish(),
  started_at: dateTime().nullish(),
  expiration_at: dateTime().nullish(),
  invoice_requires_successful_payment: looseBoolean().nullish(),
  ignore_paid_top_up_limits: looseBoolean().nullish(),
  transaction_name: transactionName(),
  transaction_metadata: metadataPairs({ most: MAX_PAIRS }),
})

/** The rules of a wallet, of which there is one at most. Whatever else is wrong with one, it makes no sense. */
export const recurringRules = () =>
  z
    .transform((sent: unknown, context): RuleInput[] | undefined => {
      const refuse = (message: string) => {
        context.issues.push({ code: 'custom', message, input: sent })
        return z.NEVER
      }
      if (sent === undefined || sent === null) return undefined
      if (!Array.isArray(sent)) return refuse('invalid_recurring_rule')
      if (sent.length > 1) return refuse('invalid_number_of_recurring_rules')
      const read = sent.map((one) => rule.safeParse(one))
      const rules = read.flatMap(({ data }) => (data === undefined ? [] : [data]))
      return rules.length < sent.length ? refuse('invalid_recurring_rule') : rules
    })
    .optional()
