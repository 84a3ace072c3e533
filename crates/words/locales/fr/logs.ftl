### logs

logs-title = Journaux
logs-selected-bar = Journaux sélectionnés

logs-date = Date
logs-recorded = Enregistré le
logs-operation = Opération
logs-record = Enregistrement
logs-model = Modèle
logs-host = Hôte
logs-user = Utilisateur
logs-summary = Résumé
logs-reason = Motif
logs-request = Requête
logs-transaction = Transaction
logs-address = Adresse
logs-revision = Révision
logs-field = Champ
logs-text = Texte
logs-from = Depuis
logs-to = Jusqu’à
logs-on = Le
logs-day = Jour
logs-is = Marque
logs-after = Après le numéro
logs-order = Ordre
logs-oldest-first = les plus anciens d’abord

logs-search-form = Chercher dans les journaux
logs-search = Chercher
logs-search-hint = model:crm.lead user:marc op:write claviers
logs-suggestions = Suggestions
logs-grammar-short = Syntaxe
logs-grammar-open = Comment chercher
logs-grammar-title = Comment chercher
logs-grammar-lead = Un journal est trouvé quand il répond à tous les termes. Suivez un exemple pour l’essayer.
logs-grammar-words = Mots
logs-grammar-words-what = dans le nom de l’enregistrement, l’utilisateur, l’ancienne ou la nouvelle valeur
logs-grammar-not = Sauf
logs-grammar-not-what = écarte ce qui répond au terme
logs-close = Fermer
logs-takes-model = un type d’enregistrement, par son nom technique
logs-takes-user = l’identifiant de l’auteur
logs-takes-op = create, write ou unlink
logs-takes-field = un champ modifié
logs-takes-record = l’identifiant d’un enregistrement
logs-takes-host = le nom d’une application
logs-takes-time = un jour, un mois, une heure, today, yesterday, ou il y a combien de temps : -7d, -12h, -3mo
logs-takes-day = un jour ou un mois : 2026-11-01, 2026-11, today, yesterday
logs-takes-revision = un nombre, >5, <=3 ou 2..4
logs-takes-request = une requête de l’hôte
logs-takes-transaction = une transaction de l’hôte
logs-takes-is = unrecorded (modifié avant, hors de la piste) ou first (le premier)
logs-term-not = sauf { $name }
logs-term-unknown = « { $word } » n’est pas un critère : cherché comme texte
logs-term-fault = Pas compris
logs-fault-empty = il manque une valeur : { $takes }
logs-fault-unclosed = le guillemet n’est pas fermé
logs-fault-trailing = après un guillemet vient une virgule, une espace ou la fin
logs-fault-value = « { $value } » n’est pas compris ; écrivez { $takes }
logs-suggest-qualifier = { $what } : { $takes }
logs-suggest-first = le premier journal de l’enregistrement
logs-suggest-unrecorded = modifié avant, hors de la piste
logs-suggest-behind = après le cinquième
logs-suggest-between = du deuxième au quatrième
logs-suggest-today = depuis minuit
logs-suggest-yesterday = la veille
logs-suggest-now = à l’instant
logs-suggest-minutes = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
logs-suggest-hours = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
logs-suggest-days = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}
logs-suggest-months = { $count ->
    [one] il y a { $count } mois
   *[other] il y a { $count } mois
}
logs-suggest-years = { $count ->
    [one] il y a { $count } an
   *[other] il y a { $count } ans
}

logs-facets = Affiner
logs-facets-newest = Les nombres portent sur les 10 000 journaux les plus récents.
logs-facet-more = { $count } de plus
logs-facet-left = { $count ->
    [one] et { $count } autre, par la recherche
   *[other] et { $count } autres, par la recherche
}

logs-more-than = plus de { $count } journaux
logs-pages = journaux
logs-newest = Les plus récents
logs-older = Plus anciens
logs-oldest = Les plus anciens
logs-newer = Plus récents
logs-select = Sélectionner la révision { $revision } de { $record }
logs-gap = Modifié avant, hors de la piste
logs-values-kept = { $count ->
    [one] { $count } valeur conservée
   *[other] { $count } valeurs conservées
}
logs-changes = { $count ->
    [one] { $count } changement
   *[other] { $count } changements
}
logs-to-value = devient
logs-columns = Colonnes
logs-columns-keep = Garder
logs-columns-own = Réinitialiser
logs-group = Grouper
logs-group-none = Sans groupes
logs-group-user = Par utilisateur
logs-group-model = Par modèle
logs-group-day = Par jour
logs-group-all = { $count ->
    [one] { $count } journal
   *[other] Les { $count } journaux
}
logs-groups = Groupes de journaux
logs-groups-newest = Les groupes portent sur les 10 000 journaux les plus récents.
logs-groups-left = { $count ->
    [one] et { $count } autre groupe
   *[other] et { $count } autres groupes
}
logs-live-one = 1 nouveau journal
logs-live-many = { $count } nouveaux journaux
logs-live-more = plus de { $count } nouveaux journaux

logs-export = Exporter
logs-export-csv = Exporter en CSV
logs-export-ndjson = Exporter en NDJSON
logs-export-going = { $rows } journaux, { $size }
logs-export-done = Exporté : { $rows } journaux, { $size }
logs-export-failed = L’exportation s’est interrompue. Rien n’a été gardé ; recommencez.
logs-export-stop = Arrêter

logs-filters = Filtres
logs-filters-manage = Gérer les filtres
logs-filter-name = Enregistrer cette recherche sous
logs-filter-shared = Partagé avec tous
logs-filter-make-default = Commencer désormais par celui-ci
logs-filter-save = Enregistrer le filtre
logs-filter-saved = Le filtre est enregistré.
logs-filter-default = par défaut
logs-filter-by = de { $name }
logs-default-applied = Votre filtre par défaut est appliqué : { $name }.
logs-see-all = Voir tous les journaux
logs-all = Tous les journaux

logs-of-records = { $count ->
    [one] Journaux d’un enregistrement de { $model } :
   *[other] Journaux de { $count } enregistrements de { $model } :
}
logs-of-records-more = { $count ->
    [one] { " " }et { $count } autre
   *[other] { " " }et { $count } autres
}
logs-begin = Aucun hôte n’a encore rien signalé.
logs-begin-next = Seul ce qui est fait ici est journalisé pour l’instant. Créez une règle pour ce qui doit être suivi, puis laissez l’hôte le signaler.
logs-new-rule = Nouvelle règle
logs-how-host = Comment un hôte signale
logs-unclear = La recherche n’est pas comprise
logs-unclear-next = Corrigez ce qui est marqué ci-dessus, ou retirez-le : rien n’est montré d’ici là, pour ne pas montrer trop.
logs-none = Pas encore de journaux
logs-none-next = Les journaux apparaissent ici dès qu’un hôte signale une opération suivie par une règle.
logs-no-match = Aucun journal ne correspond
logs-no-match-next = Retirez l’un des termes ci-dessus, ou recommencez.

logs-select-matching = Sélectionner les { $count } qui correspondent
logs-select-more = Sélectionner tous ceux qui correspondent (plus de { $count })
logs-view = Voir les journaux d’audit
logs-compare = Comparer
logs-selected-title = Journaux sélectionnés
logs-selected-records = Enregistrements des journaux sélectionnés
logs-selected-kinds = Chaque type d’enregistrement a sa propre liste.
logs-selected-more = Il y a plus d’enregistrements qu’on ne peut en lister : voici les derniers modifiés. Affinez la recherche pour les avoir tous.
logs-selected-none = Aucun journal n’est sélectionné
logs-selected-none-next = Cochez des lignes dans la liste des journaux, puis choisissez Action, Voir les journaux d’audit.
logs-records-of = { $count ->
    [one] { $count } enregistrement de { $model }
   *[other] { $count } enregistrements de { $model }
}
logs-go = Aller aux journaux
logs-compare-title = Comparer des journaux
logs-compare-what = Sélectionnez deux journaux d’un même enregistrement
logs-compare-count = { $count ->
    [one] Un seul journal est sélectionné. Cochez-en un autre du même enregistrement, puis choisissez Action, Comparer.
   *[other] { $count } journaux sont sélectionnés. Cochez-en exactement deux d’un même enregistrement, puis choisissez Action, Comparer.
}
logs-compare-records = Les deux journaux portent sur des enregistrements différents. On compare un enregistrement à deux révisions, pas deux enregistrements.
