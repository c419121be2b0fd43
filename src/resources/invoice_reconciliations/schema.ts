import { z } from 'zod'
import { looseBoolean } from '../../http/fields.js'

export const reconcileInvoice = z.object({ confirm: looseBoolean().optional().default(false) })
