CREATE TABLE `fee_terms` (
	`organization_id` text NOT NULL,
	`key` text NOT NULL,
	`part` integer NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `key`, `part`)
);
--> statement-breakpoint
ALTER TABLE `fees` ADD `basis` text;