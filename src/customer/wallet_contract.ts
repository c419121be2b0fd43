import type { Metadata, MetadataChange } from '../core/metadata.js'
import type { MovementInput } from '../resources/wallet_transactions/terms.js'
import type { WalletRow } from '../resources/wallets/table.js'
import type { WalletChanges, WalletInput } from '../resources/wallets/terms.js'
import type { CommandResult, CustomerRef } from './contract.js'

/** The part of a customer's object that is about wallets. */
export interface WalletApi {
  /** Gives the wallet as it is before its first credits. */
  openWallet(ref: CustomerRef, input: WalletInput, now: number): CommandResult<WalletRow>
  updateWallet(ref: CustomerRef, walletId: string, changes: WalletChanges, now: number): CommandResult<null>
  /** Gives the metadata as they are then. */
  changeWalletMetadata(
    ref: CustomerRef,
    walletId: string,
    change: MetadataChange,
    now: number,
  ): CommandResult<Metadata | null>
  /** Ends a wallet: nothing is drawn on it any more. One that has ended stays as it is. */
  endWallet(ref: CustomerRef, walletId: string, now: number): CommandResult<null>
  /** Sets all usage until now against the customer's wallets, if that may have changed. */
  settleWallets(ref: CustomerRef, now: number): Promise<void>
  /** Buys, gives and voids credits. Gives the ids of the transactions, in that order. */
  moveCredits(ref: CustomerRef, walletId: string, input: MovementInput, now: number): CommandResult<readonly string[]>
}
