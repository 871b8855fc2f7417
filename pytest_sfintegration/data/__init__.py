"""The facts that ship with the plugin, and the script that derives them."""
