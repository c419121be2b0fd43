ALTER TABLE `credit_note_items` ADD `fee_share` text;--> statement-breakpoint
ALTER TABLE `credit_notes` ADD `metadata` text;--> statement-breakpoint
ALTER TABLE `invoices` ADD `voided_at` integer;--> statement-breakpoint
ALTER TABLE `invoices` ADD `voided_invoice_id` text;--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_voided_invoice` ON `invoices` (`voided_invoice_id`);