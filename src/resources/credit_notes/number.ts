/** A note's number is that of its invoice and its place there. */
export const creditNoteNumber = (invoiceNumber: string, sequentialId: number): string =>
  `${invoiceNumber}-CN${String(sequentialId).padStart(3, '0')}`
