CREATE TABLE `payments` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`invoice_id` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`currency` text NOT NULL,
	`reference` text NOT NULL,
	`receipt_id` text NOT NULL,
	`receipt_sequential_id` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_id_unique` ON `payments` (`id`);--> statement-breakpoint
CREATE INDEX `payments_listing` ON `payments` (`organization_id`,`seq`);--> statement-breakpoint
CREATE INDEX `payments_invoice` ON `payments` (`invoice_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_receipt` ON `payments` (`receipt_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_receipt_sequence` ON `payments` (`customer_id`,`receipt_sequential_id`);