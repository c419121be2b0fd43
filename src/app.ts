import { Hono } from 'hono'
import type { AppEnv } from './http/app_env.js'
import { fail, failUnexpectedly } from './http/errors.js'
import { knownRoute } from './http/known_route.js'
import { addOnRoutes } from './resources/add_ons/routes.js'
import { adjustedFeeRoutes } from './resources/adjusted_fees/routes.js'
import { adminRoutes } from './resources/admin/routes.js'
import { authenticate } from './resources/api_keys/authentication.js'
import { appliedCouponRoutes, customerCouponRoutes } from './resources/applied_coupons/routes.js'
import { billableMetricRoutes } from './resources/billable_metrics/routes.js'
import { billingEntityRoutes } from './resources/billing_entities/routes.js'
import { planChargeFilterRoutes } from './resources/charge_filters/routes.js'
import { planChargeRoutes } from './resources/charges/routes.js'
import { couponRoutes } from './resources/coupons/routes.js'
import { creditNoteMetadataRoutes } from './resources/credit_notes/metadata_routes.js'
import { creditNoteRoutes, customerCreditNoteRoutes } from './resources/credit_notes/routes.js'
import { customSectionRoutes } from './resources/custom_sections/routes.js'
import { customerRoutes } from './resources/customers/routes.js'
import { eventCountRoutes, subscriptionEventRoutes } from './resources/event_counts/routes.js'
import { estimateRoutes } from './resources/events/estimate_routes.js'
import { eventRoutes } from './resources/events/routes.js'
import { feeRoutes } from './resources/fees/routes.js'
import { planFixedChargeRoutes } from './resources/fixed_charges/routes.js'
import { invoicePreviewRoutes } from './resources/invoice_preview/routes.js'
import { invoiceReconciliationRoutes } from './resources/invoice_reconciliations/routes.js'
import { invoiceProofRoutes, invoiceSealRoutes } from './resources/invoice_seals/routes.js'
import { invoiceDocumentRoutes } from './resources/invoices/document_routes.js'
import { invoiceLifeRoutes } from './resources/invoices/life_routes.js'
import { oneOffRoutes } from './resources/invoices/one_off_routes.js'
import { customerInvoiceRoutes, invoiceRoutes } from './resources/invoices/routes.js'
import { voidRoutes } from './resources/invoices/void_routes.js'
import { lifetimeUsageRoutes } from './resources/lifetime_usage/routes.js'
import { organizationRoutes } from './resources/organizations/routes.js'
import { customerPaymentRoutes, paymentReceiptRoutes, paymentRoutes } from './resources/payments/routes.js'
import { planChangePreviewRoutes } from './resources/plan_change_preview/routes.js'
import { planMetadataRoutes } from './resources/plans/metadata_routes.js'
import { planRoutes } from './resources/plans/routes.js'
import { pricingUnitRoutes } from './resources/pricing_units/routes.js'
import { subscriptionChargeFilterRoutes } from './resources/subscription_charges/filter_routes.js'
import { subscriptionChargeRoutes } from './resources/subscription_charges/routes.js'
import { subscriptionFixedChargeRoutes } from './resources/subscription_fixed_charges/routes.js'
import { subscriptionTimelineRoutes } from './resources/subscription_timeline/routes.js'
import { customerSubscriptionRoutes, subscriptionRoutes } from './resources/subscriptions/routes.js'
import { taxRoutes } from './resources/taxes/routes.js'
import { testClockRoutes } from './resources/test_clock/routes.js'
import { usageRoutes } from './resources/usage/routes.js'
import { transactionsOfWalletRoutes, walletTransactionRoutes } from './resources/wallet_transactions/routes.js'
import { customerWalletMetadataRoutes, walletMetadataRoutes } from './resources/wallets/metadata_routes.js'
import { customerWalletRoutes, walletRoutes } from './resources/wallets/routes.js'

/** The API's table of contents. */
const api = new Hono<AppEnv>()
  .use(knownRoute, authenticate)
  .route('/add_ons', addOnRoutes)
  .route('/applied_coupons', appliedCouponRoutes)
  .route('/billable_metrics', billableMetricRoutes)
  .route('/billing_entities', billingEntityRoutes)
  .route('/coupons', couponRoutes)
  .route('/credit_notes', creditNoteRoutes)
  .route('/credit_notes', creditNoteMetadataRoutes)
  .route('/customers', customerRoutes)
  .route('/customers', usageRoutes)
  .route('/customers', customerCouponRoutes)
  .route('/customers', customerCreditNoteRoutes)
  .route('/customers', customerInvoiceRoutes)
  .route('/customers', customerPaymentRoutes)
  .route('/customers', customerSubscriptionRoutes)
  .route('/customers', customerWalletRoutes)
  .route('/customers/:externalCustomerId/wallets', customerWalletMetadataRoutes)
  .route('/event_counts', eventCountRoutes)
  .route('/events', eventRoutes)
  .route('/events', estimateRoutes)
  .route('/fees', feeRoutes)
  .route('/invoice_custom_sections', customSectionRoutes)
  .route('/invoice_seals', invoiceSealRoutes)
  .route('/invoices', invoiceRoutes)
  .route('/invoices', invoiceProofRoutes)
  .route('/invoices', invoiceReconciliationRoutes)
  .route('/invoices', invoicePreviewRoutes)
  .route('/invoices', invoiceDocumentRoutes)
  .route('/invoices', invoiceLifeRoutes)
  .route('/invoices', oneOffRoutes)
  .route('/invoices', voidRoutes)
  .route('/invoices', adjustedFeeRoutes)
  .route('/organizations', organizationRoutes)
  .route('/payment_receipts', paymentReceiptRoutes)
  .route('/payments', paymentRoutes)
  .route('/plans', planRoutes)
  .route('/plans', planMetadataRoutes)
  .route('/plans', planChargeRoutes)
  .route('/plans', planFixedChargeRoutes)
  .route('/plans', planChargeFilterRoutes)
  .route('/pricing_units', pricingUnitRoutes)
  .route('/subscriptions', subscriptionRoutes)
  .route('/subscriptions', subscriptionTimelineRoutes)
  .route('/subscriptions', lifetimeUsageRoutes)
  .route('/subscriptions', planChangePreviewRoutes)
  .route('/subscriptions', subscriptionEventRoutes)
  .route('/subscriptions', subscriptionChargeRoutes)
  .route('/subscriptions', subscriptionFixedChargeRoutes)
  .route('/subscriptions', subscriptionChargeFilterRoutes)
  .route('/taxes', taxRoutes)
  .route('/test_clock', testClockRoutes)
  .route('/wallet_transactions', walletTransactionRoutes)
  .route('/wallets', walletRoutes)
  .route('/wallets', walletMetadataRoutes)
  .route('/wallets', transactionsOfWalletRoutes)

export const app = new Hono<AppEnv>()
  .route('/api/v1', api)
  .route('/admin', adminRoutes)
  .notFound((c) => fail(c, { kind: 'not_found', thing: 'resource' }))
  .onError((error, c) => failUnexpectedly(c, error))
