import { z } from 'zod'
import { oneOf } from '../../http/fields.js'

export const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed', 'refunded'] as const

export const feePayment = z.object({ payment_status: oneOf(PAYMENT_STATUSES) })
