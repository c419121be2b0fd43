import { Hono } from 'hono'
import type { AppEnv } from './http/app_env.js'
import { fail, failUnexpectedly } from './http/errors.js'
import { knownRoute } from './http/known_route.js'
import { adminRoutes } from './resources/admin/routes.js'
import { authenticate } from './resources/api_keys/authentication.js'
import { billableMetricRoutes } from './resources/billable_metrics/routes.js'
import { planChargeRoutes } from './resources/charges/routes.js'
import { creditNoteRoutes } from './resources/credit_notes/routes.js'
import { customerRoutes } from './resources/customers/routes.js'
import { eventRoutes } from './resources/events/routes.js'
import { feeRoutes } from './resources/fees/routes.js'
import { customerInvoiceRoutes, invoiceRoutes } from './resources/invoices/routes.js'
import { organizationRoutes } from './resources/organizations/routes.js'
import { planRoutes } from './resources/plans/routes.js'
import { customerSubscriptionRoutes, subscriptionRoutes } from './resources/subscriptions/routes.js'
import { taxRoutes } from './resources/taxes/routes.js'
import { testClockRoutes } from './resources/test_clock/routes.js'
import { usageRoutes } from './resources/usage/routes.js'

/** The API's table of contents. */
const api = new Hono<AppEnv>()
  .use(knownRoute, authenticate)
  .route('/billable_metrics', billableMetricRoutes)
  .route('/credit_notes', creditNoteRoutes)
  .route('/customers', customerRoutes)
  .route('/customers', usageRoutes)
  .route('/customers', customerInvoiceRoutes)
  .route('/customers', customerSubscriptionRoutes)
  .route('/events', eventRoutes)
  .route('/fees', feeRoutes)
  .route('/invoices', invoiceRoutes)
  .route('/organizations', organizationRoutes)
  .route('/plans', planRoutes)
  .route('/plans', planChargeRoutes)
  .route('/subscriptions', subscriptionRoutes)
  .route('/taxes', taxRoutes)
  .route('/test_clock', testClockRoutes)

export const app = new Hono<AppEnv>()
  .route('/api/v1', api)
  .route('/admin', adminRoutes)
  .notFound((c) => fail(c, { kind: 'not_found', thing: 'resource' }))
  .onError((error, c) => failUnexpectedly(c, error))
