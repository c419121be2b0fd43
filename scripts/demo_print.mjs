const colours = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
const styled = (code) => (text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text)

export const bold = styled(1)
export const dim = styled(2)

/** `2022-09-06 08:00 UTC` */
export const moment = (iso) => `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A count or decimal text with its thousands apart; its decimals stay as they are, without trailing zeros. */
export function quantity(value) {
  const [whole, decimals = ''] = String(value).split('.')
  const shown = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const rest = decimals.replace(/0+$/, '')
  return rest === '' ? shown : `${shown}.${rest}`
}

const exponentOf = (currency) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits

/** An amount in minor units, with as many decimals as its currency has: `120.00 USD`, `1,500 JPY`. */
export function money(amountCents, currency) {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(amountCents)).padStart(exponent + 1, '0')
  const at = digits.length - exponent
  return `${amountCents < 0 ? '-' : ''}${precise(`${digits.slice(0, at)}.${digits.slice(at)}`, currency)}`
}

/** Decimal text as it is, with at least the decimals of its currency: `180.00 USD`, `0.012 USD`. */
export function precise(value, currency) {
  const exponent = exponentOf(currency)
  const [whole, decimals = ''] = quantity(value).split('.')
  return exponent === 0 && decimals === ''
    ? `${whole} ${currency}`
    : `${whole}.${decimals.padEnd(exponent, '0')} ${currency}`
}

/** Aligned columns, the first to the left and the others to the right, with a line below the heads and above a total. */
export function table(heads, rows) {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)))
  const line = (row) =>
    `   ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('   ')}`
  const rule = dim(`   ${widths.map((width) => '─'.repeat(width)).join('───')}`)
  const lines = rows.flatMap((row) => (row[0] === 'Total' ? [rule, bold(line(row))] : [line(row)]))
  return [dim(line(heads)), rule, ...lines].join('\n')
}
