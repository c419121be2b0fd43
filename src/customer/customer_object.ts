import type { ApplicationInput } from '../resources/applied_coupons/terms.js'
import type { CustomerInput } from '../resources/customers/terms.js'
import type { PaymentInput } from '../resources/payments/terms.js'
import type { PlanEdit } from '../resources/plan_overrides/terms.js'
import type { SubscriptionChanges, SubscriptionInput } from '../resources/subscriptions/terms.js'
import { applyCoupon } from './commands/apply_coupon.js'
import { billDue } from './commands/bill_due.js'
import { settleAdvance } from './commands/charge_events.js'
import { deleteCustomer } from './commands/delete_customer.js'
import { editOwnPlan } from './commands/edit_own_plan.js'
import { endCoupon } from './commands/end_coupon.js'
import { finalizeInvoice, refreshInvoice } from './commands/finalize_invoice.js'
import { previewPlanChange } from './commands/preview_plan_change.js'
import { recordPayment } from './commands/record_payment.js'
import { saveCustomer } from './commands/save_customer.js'
import { startSubscription } from './commands/start_subscription.js'
import { cancelSubscription, type TerminationInput, terminateSubscription } from './commands/terminate_subscription.js'
import { updateSubscription } from './commands/update_subscription.js'
import type { CommandResult, CustomerApi, CustomerRef } from './contract.js'
import { MeteringObject } from './metering_object.js'

/** One customer's object: the only writer of the customer's usage and money. What it does is written elsewhere. */
export class CustomerObject extends MeteringObject implements CustomerApi {
  saveCustomer(ref: CustomerRef, input: CustomerInput, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => saveCustomer(context, input))
  }

  deleteCustomer(ref: CustomerRef, now: number): CommandResult<null> {
    return this.command(ref, now, deleteCustomer)
  }

  startSubscription(ref: CustomerRef, input: SubscriptionInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => startSubscription(context, input), 'changes_plans')
  }

  updateSubscription(ref: CustomerRef, id: string, input: SubscriptionChanges, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => updateSubscription(context, id, input), 'changes_plans')
  }

  editOwnPlan(ref: CustomerRef, id: string, edit: PlanEdit, now: number) {
    return this.command(ref, now, (context) => editOwnPlan(context, id, edit), 'changes_plans')
  }

  previewPlanChange(ref: CustomerRef, id: string, planId: string, at: number, now: number) {
    return previewPlanChange(this.context(ref, now), id, planId, at)
  }

  terminateSubscription(ref: CustomerRef, id: string, input: TerminationInput, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => terminateSubscription(context, id, input))
  }

  cancelSubscription(ref: CustomerRef, id: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => cancelSubscription(context, id))
  }

  recordPayment(ref: CustomerRef, input: PaymentInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => recordPayment(context, input))
  }

  finalizeInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => finalizeInvoice(context, invoiceId))
  }

  refreshInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => refreshInvoice(context, invoiceId))
  }

  applyCoupon(ref: CustomerRef, couponId: string, input: ApplicationInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => applyCoupon(context, couponId, input))
  }

  endCoupon(ref: CustomerRef, appliedCouponId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => endCoupon(context, appliedCouponId))
  }

  billDue(ref: CustomerRef, now: number): Promise<void> {
    return this.command(ref, now, billDue)
  }

  async settle(ref: CustomerRef, now: number): Promise<void> {
    await this.command(ref, now, (context) => settleAdvance(context))
  }
}
