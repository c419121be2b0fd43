import type { Context } from 'hono'
import type { FieldErrors } from '../core/result.js'
import { parseDateTime } from '../core/time/instants.js'

/**
 * Reads the filters of a listing. What is refused is collected, so that one answer names all of it.
 * Lists come as `name[]=a&name[]=b`; a scalar where a list is expected is a list of one.
 */
export class Filters {
  readonly errors: FieldErrors = {}

  constructor(readonly c: Context) {}

  text(name: string): string | undefined {
    const value = this.c.req.query(name)
    return value === undefined || value === '' ? undefined : value
  }

  list(name: string): string[] | undefined {
    const values = [...(this.c.req.queries(`${name}[]`) ?? []), ...(this.c.req.queries(name) ?? [])]
    return values.length === 0 ? undefined : values.filter((value) => value !== '')
  }

  /** One of a closed list; anything else is refused under the filter's name. */
  oneOf<const T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.text(name)
    const found = words.find((word) => word === value)
    if (value !== undefined && found === undefined) this.refuse(name, 'value_is_invalid')
    return found
  }

  listOf<const T extends string>(name: string, words: readonly T[]): T[] | undefined {
    const values = this.list(name)
    const found = values?.flatMap((value) => words.filter((word) => word === value))
    if (found?.length !== values?.length) this.refuse(name, 'value_is_invalid')
    return found
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : !['false', '0', 'f'].includes(value)
  }

  /** Whole minor units; what is no whole number is passed over. */
  cents(name: string): number | undefined {
    const value = this.text(name)
    return value !== undefined && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined
  }

  /** A local day; what is none is passed over. */
  looseDay(name: string): string | undefined {
    const value = this.text(name)
    return value !== undefined && /^\d{4}-\d\d-\d\d$/.test(value) && parseDateTime(value) !== null ? value : undefined
  }

  /** A moment, epoch milliseconds; what is none is refused as `invalid_date`. */
  moment(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const at = parseDateTime(value)
    if (at === null) this.refuse(name, 'invalid_date')
    return at ?? undefined
  }

  /** Entries of `metadata[key]=value`. */
  metadata(): [string, string][] {
    return this.entries('metadata')
  }

  /** Entries of `name[key]=value`. */
  entries(name: string): [string, string][] {
    const prefix = `${name}[`
    return Object.entries(this.c.req.query()).flatMap(([given, value]) =>
      given.startsWith(prefix) && given.endsWith(']') && given.length > prefix.length + 1
        ? [[given.slice(prefix.length, -1), value] as [string, string]]
        : [],
    )
  }

  /** The billing entities that are asked for, undefined for all. */
  billingEntityCodes(): string[] | undefined {
    const codes = this.list('billing_entity_codes')
    return codes?.length === 0 ? undefined : codes
  }

  /** Whether a billing entity is asked for that is none of those there are. */
  namesUnknownEntity(known: { has(code: string): boolean }): boolean {
    return this.billingEntityCodes()?.some((code) => !known.has(code)) ?? false
  }

  refused(): boolean {
    return Object.keys(this.errors).length > 0
  }

  private refuse(name: string, code: string): void {
    this.errors[name] = [code]
  }
}
