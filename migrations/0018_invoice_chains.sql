CREATE TABLE `invoice_links` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`invoice_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`position` integer NOT NULL,
	`content_version` integer NOT NULL,
	`content_hash` text NOT NULL,
	`previous_hash` text,
	`hash` text NOT NULL,
	`seal_id` text,
	`number` text,
	`sequential_id` integer,
	`organization_sequential_id` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_links_invoice_id_unique` ON `invoice_links` (`invoice_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_links_chain` ON `invoice_links` (`customer_id`,`position`);--> statement-breakpoint
CREATE INDEX `invoice_links_unsealed` ON `invoice_links` (`organization_id`,`seq`) WHERE seal_id IS NULL;--> statement-breakpoint
CREATE INDEX `invoice_links_seal` ON `invoice_links` (`seal_id`);--> statement-breakpoint
CREATE TABLE `invoice_seals` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`sequential_id` integer NOT NULL,
	`root` text NOT NULL,
	`customers_count` integer NOT NULL,
	`invoices_count` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_seals_id_unique` ON `invoice_seals` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_seals_sequence` ON `invoice_seals` (`organization_id`,`sequential_id`);