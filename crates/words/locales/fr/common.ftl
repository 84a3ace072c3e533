### Ce que plusieurs pages disent.

common-records = { $count ->
    [one] { $count } enregistrement
   *[other] { $count } enregistrements
}
common-logs = { $count ->
    [one] { $count } journal
   *[other] { $count } journaux
}
common-quoted = « { $name } »
common-tagline = La piste d’audit : qui a changé quoi, quand, de quoi en quoi.
common-offline = Le serveur ne répond pas. Rien n’a été changé ; ce que vous avez saisi est toujours là.
common-refused = Le serveur n’a pas accepté. Rien n’a été changé ; ce que vous avez saisi est toujours là.
common-skip = Aller au contenu

operation-create = Création
operation-write = Modification
operation-unlink = Suppression

# Le cadre de chaque page.
nav-pages = Pages
nav-logs = Journaux
nav-records = Enregistrements
nav-rules = Règles
nav-overview = Vue d’ensemble
nav-hosts = Hôtes
nav-users = Utilisateurs
nav-integrity = Intégrité
nav-keyboard = Clavier
nav-settings = Mes réglages
nav-sign-out = Se déconnecter
role-administrator = Administrateur
role-auditor = Auditeur
role-user = Utilisateur
keys-search = Chercher
keys-move = Ligne suivante, précédente
keys-open = Ouvrir la ligne
keys-select = Sélectionner la ligne
keys-actions = Actions
keys-step = Précédent, suivant
keys-palette = Aller n’importe où
keys-help = Cette aide
keys-close = Échap ferme cette aide.

common-filters-active = Filtres actifs
common-filter-remove = Retirer le filtre { $name } : { $value }
common-filters-clear = Tout retirer
common-pages-of = Pages : { $list }
common-selected = Sélection :
common-action = Action
common-select = Sélectionner
common-select-all = Tout sélectionner sur cette page
common-not-found = Introuvable
value-unknown = inconnu
value-unknown-why = Jamais vu avant
value-nothing = Rien
value-masked = caché (sensible)
value-erased = effacé
value-erased-at = Effacé { $at } : la clé sous laquelle elle était gardée est détruite.
value-erased-why = La clé sous laquelle elle était gardée est détruite.
value-sealed = illisible
value-sealed-why = Elle est gardée chiffrée et ne peut pas être ouverte : elle a été altérée, ou sa clé manque. Vérifiez la piste.
value-digest = Début de l’empreinte SHA-256
value-yes = oui
value-no = non
value-empty = texte vide
value-none = aucun
common-add = Ajouter
common-copy = Copier
common-copied = Copié
nav-menu = Menu
common-selected-word = sélectionnés
value-hidden = masqué
value-absent = absent
value-whole-text = Le texte entier
value-whole-json = La valeur entière
value-more = { $count ->
    [one] { $count } de plus
   *[other] { $count } de plus
}
size-bytes = { $count ->
    [one] { $count } octet
   *[other] { $count } octets
}
size-kb = Ko
size-mb = Mo
size-gb = Go
size-tb = To
keys-enter = Entrée
keys-escape = Échap
