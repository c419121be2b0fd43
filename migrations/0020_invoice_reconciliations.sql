CREATE TABLE `invoice_reconciliations` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`invoice_id` text NOT NULL,
	`sequential_id` integer NOT NULL,
	`usage_through_seq` integer NOT NULL,
	`adjustment_invoice_id` text,
	`credit_note_ids` text NOT NULL,
	`terms` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_reconciliations_id_unique` ON `invoice_reconciliations` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_reconciliations_once` ON `invoice_reconciliations` (`invoice_id`,`sequential_id`);--> statement-breakpoint
CREATE INDEX `invoice_reconciliations_adjustment` ON `invoice_reconciliations` (`adjustment_invoice_id`);