CREATE TABLE `add_ons` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`invoice_display_name` text,
	`description` text,
	`amount_cents` integer NOT NULL,
	`amount_currency` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `add_ons_id_unique` ON `add_ons` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `add_ons_code` ON `add_ons` (`organization_id`,`code`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `add_ons_listing` ON `add_ons` (`organization_id`,`seq`);--> statement-breakpoint
ALTER TABLE `fees` ADD `description` text;