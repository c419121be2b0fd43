CREATE TABLE `event_inbox_versions` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`event_id` text NOT NULL,
	`version` integer NOT NULL,
	`code` text NOT NULL,
	`at` integer NOT NULL,
	`properties` text NOT NULL,
	`precise_total_amount_cents` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `event_inbox_versions_id_unique` ON `event_inbox_versions` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `event_inbox_versions_once` ON `event_inbox_versions` (`event_id`,`version`);--> statement-breakpoint
ALTER TABLE `invoices` ADD `usage_through_seq` integer;