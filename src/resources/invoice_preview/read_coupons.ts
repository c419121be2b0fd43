import { z } from 'zod'
import { fullBalance } from '../../core/invoicing/coupon_balance.js'
import { type FieldErrors, invalid, notFound, ok, type Result } from '../../core/result.js'
import type { InvoicePreview, PreviewQuestion } from '../../customer/contract.js'
import type { Database } from '../../db/client.js'
import { validate } from '../../http/validate.js'
import { MAX_ACTIVE_COUPONS } from '../../limits.js'
import { applicationTerms } from '../applied_coupons/terms.js'
import { findCoupon } from '../coupons/store.js'
import { couponLimit, endedAt } from '../coupons/terms.js'
import { type PreviewedCoupon, previewedCoupon } from './schema.js'
import type { CreditedSource } from './serialize.js'

type HeldCoupon = PreviewQuestion['coupons'][number]
/** The id of an application that is only thought of. */
type SourceId = InvoicePreview['invoice']['credits'][number]['sourceId']

export interface GivenCoupons {
  readonly held: readonly HeldCoupon[]
  readonly sources: ReadonlyMap<SourceId, CreditedSource>
}

const list = z.array(previewedCoupon).max(MAX_ACTIVE_COUPONS, { error: 'invalid_count' })

/** The coupons that a request thinks of: those that there are by their codes, others by what they are said to be. */
export async function readCoupons(
  db: Database,
  organizationId: string,
  sent: readonly unknown[],
  now: number,
): Promise<Result<GivenCoupons>> {
  const read = validate(z.object({ coupons: list }), { coupons: sent })
  if (!read.ok) return read
  const held: HeldCoupon[] = []
  const sources = new Map<SourceId, CreditedSource>()
  for (const [place, coupon] of read.value.coupons.entries()) {
    const id = `coupon ${place}`
    const found = coupon.code ? await findCoupon(db, organizationId, coupon.code) : undefined
    if (found !== undefined && endedAt(found.coupon, now) === null) {
      const terms = applicationTerms(found.coupon, {})
      if (!terms.ok) return terms
      const { couponType, code, name } = found.coupon
      held.push({
        applied: { id, ...terms.value, ...fullBalance({ ...terms.value, couponType }) },
        limit: couponLimit(found.coupon),
      })
      sources.set(id, { id: found.coupon.id, code, name })
      continue
    }
    const thoughtOf = asSaid(id, coupon)
    if (!thoughtOf.ok) return thoughtOf
    held.push(thoughtOf.value)
    sources.set(id, { id: null, code: coupon.code ?? null, name: coupon.name ?? null })
  }
  return ok({ held, sources })
}

/** A coupon that there is not. One that is nothing but a code is unknown. */
function asSaid(id: string, sent: PreviewedCoupon): Result<HeldCoupon> {
  const { coupon_type: couponType, frequency } = sent
  if (couponType === undefined || couponType === null) return notFound('coupon')
  const isFixed = couponType === 'fixed_amount'
  const needed = isFixed
    ? { amount_cents: sent.amount_cents, amount_currency: sent.amount_currency }
    : { percentage_rate: sent.percentage_rate }
  const missing: FieldErrors = Object.fromEntries(
    Object.entries(needed).flatMap(([name, value]) =>
      (value ?? null) === null ? [[name, ['value_is_mandatory']]] : [],
    ),
  )
  if (Object.keys(missing).length > 0) return invalid(missing)
  const amountCents = isFixed ? (sent.amount_cents ?? null) : null
  const lasting = { frequency: frequency ?? ('once' as const), frequencyDuration: sent.frequency_duration ?? 1 }
  return ok({
    applied: {
      id,
      amountCents,
      currency: isFixed ? (sent.amount_currency ?? null) : null,
      percentageRate: isFixed ? null : (sent.percentage_rate ?? null),
      ...fullBalance({ couponType, amountCents, ...lasting }),
    },
    limit: null,
  })
}
