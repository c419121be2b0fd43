CREATE TABLE `invoice_custom_sections` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`display_name` text,
	`details` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_custom_sections_id_unique` ON `invoice_custom_sections` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_custom_sections_code` ON `invoice_custom_sections` (`organization_id`,`code`) WHERE deleted_at IS NULL;--> statement-breakpoint
ALTER TABLE `billing_entities` ADD `custom_section_codes` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `customers` ADD `skips_custom_sections` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `customers` ADD `custom_section_codes` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `invoices` ADD `custom_sections` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `skips_custom_sections` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `custom_section_codes` text DEFAULT '[]' NOT NULL;