### history

history-document-title = { $name } – historique
history-logs = Journal d’audit
history-revisions = Révisions
history-revision = Révision { $revision }
history-one = Révision { $revision } sur { $latest }
history-two = Révisions { $from } et { $to }
history-steps = Parcourir les révisions
history-previous = Précédente
history-next = Suivante
history-previous-revision = Révision précédente
history-next-revision = Révision suivante
history-slider = Aller à une révision
history-slider-label = Révision
history-show = Afficher
history-open-log = Ouvrir cette entrée
history-views = Manières de voir l’enregistrement
history-record = Enregistrement
history-compare = Comparer
history-compare-form = Comparer deux révisions
history-compare-from = Révision
history-compare-to = avec
history-compare-these = Comparer les révisions { $from } et { $to }
history-compared = Deux révisions côte à côte
history-fields = Quels champs
history-fields-differ = Les différences seules
history-fields-all = Tous les champs
history-differs = diffère
history-same = Rien de ce que vous pouvez voir ne diffère entre ces révisions.
history-as-of = L’enregistrement à un moment donné
history-as-of-until = Tel que connu le ({ $zone })
history-as-of-told = L’enregistrement tel qu’il était connu le { $time }.
history-before-first = On ne savait encore rien de cet enregistrement le { $time }. Voici sa première révision.
history-deleted-here = Cette révision a supprimé l’enregistrement. Ses dernières valeurs connues :
history-no-values = Aucune valeur n’est connue à cette révision.
history-form = L’enregistrement à cette révision
history-value = Valeur
history-changed = modifié
history-newer = Révisions plus récentes
history-older = Révisions plus anciennes
history-outside = Modifié auparavant hors de la piste d’audit :
history-more = +{ $count }
history-values = { $count ->
    [one] { $count } valeur
   *[other] { $count } valeurs
}
history-values-kept = { $count ->
    [one] { $count } valeur conservée
   *[other] { $count } valeurs conservées
}
restore-title = Comment rétablir la révision { $revision }
restore-why = Un JSON Patch (RFC 6902) que l’hôte peut appliquer. Ce serveur n’écrit jamais chez un hôte.
restore-tests = Il commence par un test de chaque valeur qu’il remplace : si l’enregistrement a changé depuis, rien n’est appliqué.
restore-deleted = L’enregistrement est supprimé : il faut le créer à nouveau avec ces valeurs.
restore-nothing = Rien à faire : ce qui peut être rétabli a déjà ces valeurs.
restore-copy = Copier
restore-copied = Copié
