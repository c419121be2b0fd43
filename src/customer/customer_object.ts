import type { MetadataChange } from '../core/metadata.js'
import type { AdjustedFeeInput } from '../resources/adjusted_fees/terms.js'
import type { ApplicationInput } from '../resources/applied_coupons/terms.js'
import type { CreditNoteChange, CreditNoteInput, CreditNoteItems } from '../resources/credit_notes/terms.js'
import type { CustomerInput } from '../resources/customers/terms.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { FeeChange } from '../resources/fees/terms.js'
import type { InvoiceChanges, OneOffInput, RegenerationInput, VoidInput } from '../resources/invoices/terms.js'
import type { PaymentInput } from '../resources/payments/terms.js'
import type { PlanEdit } from '../resources/plan_overrides/terms.js'
import type { SubscriptionChanges, SubscriptionInput } from '../resources/subscriptions/terms.js'
import type { MovementInput } from '../resources/wallet_transactions/terms.js'
import type { WalletRow } from '../resources/wallets/table.js'
import type { WalletChanges, WalletInput } from '../resources/wallets/terms.js'
import { adjustFee, undoAdjustment } from './commands/adjust_fee.js'
import { applyCoupon } from './commands/apply_coupon.js'
import { billDue } from './commands/bill_due.js'
import { updateCreditNote, voidCreditNote } from './commands/change_credit_note.js'
import { changeFee } from './commands/change_fee.js'
import { changeWalletMetadata, endWallet, updateWallet } from './commands/change_wallet.js'
import { settleAdvance, settleWallets } from './commands/charge_events.js'
import { deleteCustomer } from './commands/delete_customer.js'
import { deleteDraft } from './commands/delete_draft.js'
import { editOwnPlan } from './commands/edit_own_plan.js'
import { endCoupon } from './commands/end_coupon.js'
import { finalizeInvoice, refreshInvoice } from './commands/finalize_invoice.js'
import { estimateCreditNote, giveCreditNote } from './commands/give_credit_note.js'
import { issueOneOff } from './commands/issue_one_off.js'
import { loseDispute } from './commands/lose_dispute.js'
import { moveCredits } from './commands/move_credits.js'
import { openWallet } from './commands/open_wallet.js'
import { type InvoicePreview, type PreviewQuestion, previewInvoice } from './commands/preview_invoice.js'
import { type PlanChangeQuestion, previewPlanChange } from './commands/preview_plan_change.js'
import { compareInvoice, reconcileInvoice } from './commands/reconcile_invoice.js'
import { recordPayment } from './commands/record_payment.js'
import { regenerateInvoice } from './commands/regenerate_invoice.js'
import { saveCustomer } from './commands/save_customer.js'
import { startSubscription } from './commands/start_subscription.js'
import { cancelSubscription, type TerminationInput, terminateSubscription } from './commands/terminate_subscription.js'
import { updateInvoice } from './commands/update_invoice.js'
import { updateSubscription } from './commands/update_subscription.js'
import { voidInvoice } from './commands/void_invoice.js'
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

  previewPlanChange(ref: CustomerRef, id: string, question: PlanChangeQuestion, now: number) {
    return previewPlanChange(this.context(ref, now), id, question)
  }

  previewInvoice(ref: CustomerRef, question: PreviewQuestion, now: number): CommandResult<InvoicePreview> {
    return previewInvoice(this.context(ref, now), question)
  }

  terminateSubscription(ref: CustomerRef, id: string, input: TerminationInput, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => terminateSubscription(context, id, input))
  }

  cancelSubscription(ref: CustomerRef, id: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => cancelSubscription(context, id))
  }

  issueOneOff(ref: CustomerRef, input: OneOffInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => issueOneOff(context, input))
  }

  recordPayment(ref: CustomerRef, input: PaymentInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => recordPayment(context, input))
  }

  changeFee(ref: CustomerRef, feeId: string, change: FeeChange, now: number): CommandResult<FeeRow> {
    return this.command(ref, now, (context) => changeFee(context, feeId, change))
  }

  finalizeInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => finalizeInvoice(context, invoiceId))
  }

  refreshInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => refreshInvoice(context, invoiceId))
  }

  updateInvoice(ref: CustomerRef, invoiceId: string, changes: InvoiceChanges, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => updateInvoice(context, invoiceId, changes))
  }

  loseDispute(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => loseDispute(context, invoiceId))
  }

  deleteDraft(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => deleteDraft(context, invoiceId))
  }

  adjustFee(ref: CustomerRef, invoiceId: string, input: AdjustedFeeInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => adjustFee(context, invoiceId, input))
  }

  undoAdjustment(ref: CustomerRef, invoiceId: string, id: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => undoAdjustment(context, invoiceId, id))
  }

  voidInvoice(ref: CustomerRef, invoiceId: string, input: VoidInput, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => voidInvoice(context, invoiceId, input))
  }

  regenerateInvoice(ref: CustomerRef, invoiceId: string, input: RegenerationInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => regenerateInvoice(context, invoiceId, input))
  }

  compareInvoice(ref: CustomerRef, invoiceId: string, now: number) {
    return compareInvoice(this.context(ref, now), invoiceId)
  }

  reconcileInvoice(ref: CustomerRef, invoiceId: string, now: number) {
    return this.command(ref, now, (context) => reconcileInvoice(context, invoiceId))
  }

  giveCreditNote(ref: CustomerRef, invoiceId: string, input: CreditNoteInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => giveCreditNote(context, invoiceId, input))
  }

  estimateCreditNote(ref: CustomerRef, invoiceId: string, input: CreditNoteItems, now: number) {
    return estimateCreditNote(this.context(ref, now), invoiceId, input)
  }

  updateCreditNote(ref: CustomerRef, id: string, change: CreditNoteChange, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => updateCreditNote(context, id, change))
  }

  voidCreditNote(ref: CustomerRef, id: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => voidCreditNote(context, id))
  }

  applyCoupon(ref: CustomerRef, couponId: string, input: ApplicationInput, now: number): CommandResult<string> {
    return this.command(ref, now, (context) => applyCoupon(context, couponId, input))
  }

  endCoupon(ref: CustomerRef, appliedCouponId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => endCoupon(context, appliedCouponId))
  }

  openWallet(ref: CustomerRef, input: WalletInput, now: number): CommandResult<WalletRow> {
    return this.command(ref, now, (context) => openWallet(context, input))
  }

  updateWallet(ref: CustomerRef, walletId: string, changes: WalletChanges, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => updateWallet(context, walletId, changes))
  }

  changeWalletMetadata(ref: CustomerRef, walletId: string, change: MetadataChange, now: number) {
    return this.command(ref, now, (context) => changeWalletMetadata(context, walletId, change))
  }

  endWallet(ref: CustomerRef, walletId: string, now: number): CommandResult<null> {
    return this.command(ref, now, (context) => endWallet(context, walletId))
  }

  async settleWallets(ref: CustomerRef, now: number): Promise<void> {
    await this.command(ref, now, settleWallets, 'settles')
  }

  moveCredits(ref: CustomerRef, walletId: string, input: MovementInput, now: number) {
    return this.command(ref, now, (context) => moveCredits(context, walletId, input))
  }

  billDue(ref: CustomerRef, now: number): Promise<void> {
    return this.command(ref, now, billDue)
  }

  async settle(ref: CustomerRef, now: number): Promise<void> {
    await this.command(ref, now, (context) => settleAdvance(context), 'settles')
  }
}
