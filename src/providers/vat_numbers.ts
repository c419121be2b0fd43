import type { VatNumberCheck } from '../core/invoicing/eu_vat.js'

/** Who knows whether a VAT number is valid, and where. */
export interface VatNumberService {
  /** What is known of the number; `none` is not for it to say. Never throws: a service out of reach has not answered. */
  check(vatNumber: string): Promise<VatNumberCheck>
}

/** Where no service is connected, none answers. */
export const UNANSWERED: VatNumberService = { check: async () => ({ outcome: 'unanswered' }) }
